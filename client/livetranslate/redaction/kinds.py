"""What is found: the kinds, and where a find stands. A find never holds the text it stands for."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import msgspec


class Kind(str, Enum):
    """A kind of personal data."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    NATIONAL_ID = "national_id"
    IP = "ip"
    URL = "url"
    NAME = "name"
    ADDRESS = "address"

    @property
    def placeholder(self) -> str:
        """What stands in the redacted text instead, such as ``[EMAIL]``."""
        return f"[{self.name}]"


NAMED_KINDS = frozenset({Kind.NAME, Kind.ADDRESS})
"""Kinds that only a model of the language finds (:mod:`livetranslate.redaction.names`)."""

ALL_PATTERNS = frozenset(Kind) - NAMED_KINDS
"""Kinds that have a written form of their own, found without a model."""


class Span(NamedTuple):
    """A stretch of a text, in characters (Python indices): ``text[start:end]``."""

    start: int
    end: int


class Find(msgspec.Struct, frozen=True, order=True):
    """One find in the text that was given: its kind, and ``text[start:end]`` in characters."""

    start: int
    end: int
    kind: Kind


class Redacted(msgspec.Struct, frozen=True):
    """A text without its finds, and where they were.

    Attributes:
        text: the text with each find replaced by its kind's placeholder.
        finds: in order of their start, without overlap; offsets are those of the text that was given.
    """

    text: str
    finds: tuple[Find, ...]
