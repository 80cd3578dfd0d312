"""Rewrites the number words of a text in digits, and remembers what stood there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import han_numerals
from digit_formats import plain_digits
from measure_words import PERCENT
from text_to_num import find_numbers

READ_LANGUAGES = frozenset({"da", "de", "en", "es", "fr", "it", "nl", "pt"})
"""Whose number words text2num reads."""

HAN_LANGUAGES = frozenset({"zh", "ja", "yue"})

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+|[^\w\s]")
_SCALE = 1000
_LONGEST_YEAR_HALF = 2
# Also other words: "new" in French, "you are" in Italian; and no certain number.
_OTHER_WORDS = {"en": frozenset({"hundreds", "thousands"}), "fr": frozenset({"neuf"}), "it": frozenset({"sei"})}
# Forms before a noun that text2num does not know.
_FULL_FORMS = {"es": {"veintiún": "veintiuno", "un": "uno"}}


@dataclass(frozen=True)
class Spoken:
    """A number word that was rewritten.

    Attributes:
        start: where its digits begin in the new text.
        end: where they end.
        original: what stood there.
        others: what it may mean besides.
    """

    start: int
    end: int
    original: str
    others: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Digitised:
    """A text with its numbers in digits.

    Attributes:
        text: with ASCII digits only.
        spoken: what were words.
        ordinals: values of ordinal words, which stay words.
    """

    text: str
    spoken: tuple[Spoken, ...] = ()
    ordinals: frozenset[Decimal] = frozenset()

    def original(self, start: int, end: int) -> str:
        """What stood for ``text[start:end]``."""
        parts, at = [], start
        for one in self.spoken:
            if one.end <= start or one.start >= end:
                continue
            parts += [self.text[at : one.start], one.original]
            at = one.end
        return "".join([*parts, self.text[at:end]]).strip()

    def has_spoken(self, start: int, end: int) -> bool:
        """Whether a number in ``text[start:end]`` was a word."""
        return any(one.start < end and one.end > start for one in self.spoken)


def digitise(text: str, language: str) -> Digitised:
    """Reads a text's number words, where its language is known; articles, pronouns and fractions stay."""
    text = plain_digits(text)
    if language in HAN_LANGUAGES:
        return _han(text)
    if language in READ_LANGUAGES:
        return _words(text, language)
    return Digitised(text)


@dataclass(frozen=True)
class _Token:
    """A word as text2num reads it."""

    core: str
    start: int
    end: int

    def text(self) -> str:
        return self.core

    def nt_separated(self, previous: _Token) -> bool:
        return not previous.core[:1].isalpha()

    def not_a_number_part(self) -> bool:
        return not self.core[:1].isalpha()


def _words(text: str, language: str) -> Digitised:
    normal = text.lower().replace("’", "'")
    if len(normal) != len(text):  # lowering İ makes it longer
        normal = text
    full_forms = _FULL_FORMS.get(language, {})
    percents = {at for found in PERCENT.finditer(normal) for at in range(*found.span())}  # "por ciento" is no hundred
    tokens = [
        _Token("%" if word.start() in percents else full_forms.get(word[0], word[0]), *word.span())
        for word in _WORD.finditer(normal)
    ]
    cardinals: list[tuple[int, int, str]] = []
    ordinals: set[Decimal] = set()
    for found in find_numbers(tokens, language, 0.0):
        if found.is_ordinal:
            ordinals.add(Decimal(str(found.value)))
            continue
        value = Decimal(str(found.value)).normalize()
        before = tokens[found.start - 1].core if found.start else ""
        is_alone = found.end - found.start == 1
        stays = is_alone and (
            value <= 1
            or value > _SCALE  # "two point five million" is read with its number
            or (value == _SCALE and before.isdigit())
            or tokens[found.start].core in _OTHER_WORDS.get(language, ())
        )
        if not stays:
            cardinals.append((found.start, found.end, f"{value:f}"))
    spans = [(tokens[start].start, tokens[end - 1].end, digits) for start, end, digits in _years(cardinals, language)]
    return _replaced(text, [(start, end, digits, ()) for start, end, digits in spans], frozenset(ordinals))


def _years(found: Sequence[tuple[int, int, str]], language: str) -> list[tuple[int, int, str]]:
    """English says years in halves: nineteen eighty-four."""
    result: list[tuple[int, int, str]] = []
    for number in found:
        if result and language == "en" and result[-1][1] == number[0]:
            before = result[-1][2]
            if len(before) == len(number[2]) == _LONGEST_YEAR_HALF and 11 <= int(before) <= 20:
                result[-1] = (result[-1][0], number[1], before + number[2])
                continue
        result.append(number)
    return result


def _han(text: str) -> Digitised:
    spans = []
    for run in han_numerals.RUN.finditer(text):
        if run[0].isascii() or not han_numerals.is_number(text, run.start(), run.end()):
            continue
        value, *others = han_numerals.parse(run[0])
        spans.append((run.start(), run.end(), f"{value.normalize():f}", tuple(others)))
    return _replaced(text, spans, frozenset())


def _replaced(
    text: str, spans: Sequence[tuple[int, int, str, tuple[Decimal, ...]]], ordinals: frozenset[Decimal]
) -> Digitised:
    parts: list[str] = []
    spoken: list[Spoken] = []
    at = length = 0
    for start, end, digits, others in spans:
        parts += [text[at:start], digits]
        length += start - at
        spoken.append(Spoken(length, length + len(digits), text[start:end], others))
        length += len(digits)
        at = end
    return Digitised("".join([*parts, text[at:]]), tuple(spoken), ordinals)
