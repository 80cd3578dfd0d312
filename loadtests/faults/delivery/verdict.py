"""What became of a request: the server's own code, Triton's error, accepted, no answer, connection gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from livetranslate.protocol import ErrorCode

_CODE = re.compile(r"\[([A-Z][A-Z0-9_]+)\]")


class Fate(str, Enum):
    """What became of a request.

    ``CODE``: refused with a code of the contract. ``TRITON``: refused by Triton, its gRPC or its HTTP server.
    ``ACCEPTED``: legal after all. ``CLOSED``: the connection was closed, which is an answer to bytes that are no
    request. ``HANG``: no answer within the deadline. ``LOST``: the connection broke under a proper request, or none
    could be made: the server was away.
    """

    CODE = "code"
    TRITON = "triton"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    HANG = "hang"
    LOST = "lost"


@dataclass(frozen=True)
class Verdict:
    """A request's fate.

    Attributes:
        fate: see :class:`Fate`.
        code: the contract's code, Triton's gRPC status, or the HTTP status.
        text: the answer's words, shortened.
        took_s: until it was known, seconds.
    """

    fate: Fate
    code: str = ""
    text: str = ""
    took_s: float = 0.0


def refusal(text: str, *, status: str) -> Verdict:
    """An error's words: with a code of the contract, or else Triton's own, told by ``status``."""
    for name in _CODE.findall(text):
        if name in ErrorCode.__members__:
            return Verdict(Fate.CODE, name, text[:300])
    return Verdict(Fate.TRITON, status, text[:300])


_ORDER = (Fate.HANG, Fate.LOST, Fate.CODE, Fate.TRITON, Fate.CLOSED, Fate.ACCEPTED)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Of the messages of one stream: what a reader of the report should see first."""
    return min(verdicts, key=lambda one: _ORDER.index(one.fate), default=Verdict(Fate.ACCEPTED))
