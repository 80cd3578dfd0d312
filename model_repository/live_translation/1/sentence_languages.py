"""What one language's words and marks mean for the end of a sentence; why so is told in :mod:`sentence_rules`.

The words are data, sentence_languages.toml; other abbreviations are known to sentencex, which is asked word by word.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from sentencex import segment

from livetranslate.protocol.transcript import UNSPACED_LANGUAGES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_DATA = Path(__file__).with_name("sentence_languages.toml")
_FALLBACK = "en"

FULL_WIDTH_ENDS = "。！？｡"
SENTENCE_ENDS = ".!?…‼⁇⁈⁉" + FULL_WIDTH_ENDS + "．।॥؟۔։።။។"
"""Marks that may end a sentence in any language; a Greek question mark is added for Greek."""

_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}[.-]+)*[^\W\d_]{1,2}")
_SHORT_NUMBER = re.compile(r"\d{1,2}")
_ROMAN = re.compile(r"[IVX]+")


@dataclass(frozen=True)
class LanguageRules:
    """What one language's words mean for its sentences; see sentence_languages.toml."""

    language: str
    never: frozenset[str]
    before_number: frozenset[str]
    may_end: frozenset[str]
    openers: frozenset[str]
    words: frozenset[str]
    suffixes: tuple[str, ...]
    joins: tuple[str, ...]
    join_ends: tuple[str, ...]
    has_ordinals: bool

    @property
    def is_spaced(self) -> bool:
        """Whether the language writes spaces between words."""
        return self.language not in UNSPACED_LANGUAGES

    @property
    def is_wide(self) -> bool:
        """Whether it is written in Chinese characters or kana, a character of which says as much as half a word."""
        return self.language in {"zh", "yue", "ja"}

    @cached_property
    def ends(self) -> str:
        """The marks that may end a sentence."""
        return SENTENCE_ENDS + (";\u037e" if self.language == "el" else "")

    def is_abbreviation(self, word: str, following: str, *, is_caseless: bool) -> bool:
        """Whether a sentence goes on behind a word with a full stop.

        Args:
            word: the word, without its full stop.
            following: the next word.
            is_caseless: no capital tells where sentences begin.
        """

        def listed(words: frozenset[str]) -> bool:
            return word in words or word.lower() in words

        begins_sentence = following.lower().replace("’", "'") in self.openers
        if listed(self.may_end):
            return not begins_sentence and (is_caseless or following[0].isdigit())
        if listed(self.never):
            return True
        if following[0].isdigit() and (listed(self.before_number) or word.lower().endswith(self.suffixes or ("\0",))):
            return True
        is_word = word.lower() in self.words and not following[0].isdigit()
        if not (begins_sentence or is_word) and _is_known_abbreviation(self.language, word):
            return True
        is_dotted = "." in word or (len(word) == 1 and word.lower() != word.upper())
        return is_dotted and _INITIALS.fullmatch(word) is not None and not begins_sentence  # "U.S", "J.-J", "p"

    def is_ordinal(self, word: str, following: str) -> bool:
        """Whether it is "im 20. Jahrhundert"; "Wir sind zu 3. Wir bleiben." are two sentences."""
        is_number = self.has_ordinals and (_SHORT_NUMBER.fullmatch(word) or _ROMAN.fullmatch(word))
        return bool(is_number) and following.lower() not in self.openers


@lru_cache(maxsize=4096)
def _is_known_abbreviation(language: str, word: str) -> bool:
    """Whether sentencex would not end a sentence behind a word with a full stop."""
    if not word or any(map(str.isdigit, word)) or not _knows_full_stops(language):
        return False
    return len(segment(language, f"Xx {word}. Xx xx.")) == 1


@cache
def _knows_full_stops(language: str) -> bool:
    """Whether a full stop ends sentences for sentencex at all: not in Armenian, which has a mark of its own."""
    return len(segment(language, "Xx xxxxxx. Xx xx.")) == 2


@cache
def rules_for(language: str) -> LanguageRules:
    """The rules of a language; English ones for a language (or ``auto``) that has none."""
    tables = _tables()
    own, common = tables.get(language, tables[_FALLBACK]), tables["common"]
    if language in UNSPACED_LANGUAGES:
        own = {"never": tables[_FALLBACK]["never"], "openers": tables[_FALLBACK]["openers"], **own}

    def words(key: str) -> frozenset[str]:
        return frozenset((*common.get(key, ()), *own.get(key, ())))

    may_end = words("may_end")
    return LanguageRules(
        language=language,
        never=words("never") - may_end,
        before_number=words("before_number"),
        may_end=may_end,
        openers=words("openers"),
        words=words("words"),
        suffixes=tuple(own.get("suffixes", ())),
        joins=tuple(own.get("joins", ())),
        join_ends=tuple(own.get("join_ends", ())),
        has_ordinals=bool(own.get("has_ordinals", False)),
    )


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    with _DATA.open("rb") as file:
        return tomllib.load(file)
