"""Numbers as digits or as words, as a session wants them: "twenty-one," to "21," and back. Times stay with the words.

Words become digits by text2num (the numbers' grammar of eight languages), digits become words by num2words. What is
neither clearly a number nor in a language they know stays as it was heard: "no one", "a second", "$5", "10:30", "A4".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from digits_to_words import LANGUAGES as LANGUAGES_IN_WORDS
from digits_to_words import YEARS, spell
from text_to_num import find_numbers

from livetranslate.protocol import ErrorCode, LiveTranslateError, Numerals, Word

LANGUAGES_IN_DIGITS = frozenset({"da", "de", "en", "es", "fr", "it", "nl", "pt"})
"""Whose number words can be read."""

SMALLEST_ALONE = 4
"""A number word below this that stands alone is more often a pronoun or an article: "no one", "un ami", "a second"."""

LONGEST_PAUSE_S = 1.0
"""Number words further apart than this are no number together."""

_CONNECTORS = {
    "da": {"og", "komma"},
    "de": {"und", "komma"},
    "en": {"and", "point", "a"},
    "es": {"y", "coma", "punto"},
    "fr": {"et", "virgule"},
    "it": {"e", "virgola"},
    "nl": {"en", "komma"},
    "pt": {"e", "vírgula"},
}
"""Words that go on with a number, or begin one ("a hundred"), without being one."""

_SCALE = 1_000_000
_OPENING = "\"'«„“”‘’([{¿¡-–—"
_CLOSING = "\"'»“”’)]},.;:!?…-–—"


def is_available(language: str, mode: Numerals) -> bool:
    """Whether numbers of a language can be written so."""
    if mode is Numerals.DIGITS:
        return language in LANGUAGES_IN_DIGITS
    return mode is Numerals.AS_HEARD or language in LANGUAGES_IN_WORDS


def refusal(language: str, mode: Numerals) -> LiveTranslateError | None:
    """What a session is warned of, once, when its numbers stay as they are heard; None when they do not."""
    if is_available(language, mode):
        return None
    known = LANGUAGES_IN_DIGITS if mode is Numerals.DIGITS else LANGUAGES_IN_WORDS
    return LiveTranslateError(
        ErrorCode.OPTION_INVALID,
        f"Option numerals is {mode.value!r}, which numbers in {language!r} cannot be; they stay as heard. "
        f"It is known for: {', '.join(sorted(known))}.",
    )


def convert(words: tuple[Word, ...], language: str, mode: Numerals) -> tuple[Word, ...]:
    """Writes the numbers of a text as digits or as words.

    A run of words that is one number becomes one word: from the run's start to its end, with its mean confidence and
    with the punctuation around it. A spelled-out number stays one word too, with spaces in it.

    Args:
        words: a whole utterance, or its beginning without the last :func:`open_run` words.
        language: ISO 639-1 code.
        mode: how numbers are written.

    Returns:
        The words; the same ones when the language's numbers are not known.
    """
    if mode is Numerals.AS_HEARD or not is_available(language, mode):
        return words
    if mode is Numerals.WORDS:
        return tuple(_in_words(word, language, _begins_sentence(words, at)) for at, word in enumerate(words))
    result = list(words)
    for number in reversed(_numbers(words, language)):
        result[number.start : number.end] = [_joined(words[number.start : number.end], number.text)]
    return tuple(result)


def open_run(words: Sequence[Word], language: str, mode: Numerals = Numerals.DIGITS) -> int:
    """How many of the last words may still become part of a number, as words follow.

    Keep them uncommitted: "two hundred" becomes "205" when "and five" follows. Punctuation ends a number.
    """
    if mode is not Numerals.DIGITS or language not in LANGUAGES_IN_DIGITS:
        return 0
    count = 0
    for word in reversed(words):
        core = _core(word.text)
        if word.text.rstrip()[-1:] in _CLOSING or not (
            core in _CONNECTORS[language] or find_numbers([_Token(core)], language, 0.0)
        ):
            break
        count += 1
    while count > 1 and _core(words[-count].text) in _CONNECTORS[language] - {"a"}:
        count -= 1  # no number begins with "and"
    return 0 if count == 1 and _core(words[-1].text) in _CONNECTORS[language] - {"a"} else count


@dataclass(frozen=True)
class _Number:
    """``words[start:end]`` is a number, written ``text``."""

    start: int
    end: int
    text: str
    value: float
    is_ordinal: bool


@dataclass(frozen=True)
class _Token:
    """A word as text2num reads it."""

    core: str
    is_apart: bool = False

    def text(self) -> str:
        return self.core

    def nt_separated(self, _previous: _Token) -> bool:
        return self.is_apart

    def not_a_number_part(self) -> bool:
        return False


def _numbers(words: Sequence[Word], language: str) -> list[_Number]:
    """The numbers of a text that are to be written in digits, in order."""
    apart = [at > 0 and _are_apart(words[at - 1], word) for at, word in enumerate(words)]
    tokens = [_Token(_core(word.text), is_apart) for word, is_apart in zip(words, apart, strict=True)]
    found = [
        _Number(one.start, one.end, one.text, one.value, one.is_ordinal)
        for one in find_numbers(tokens, language, 0.0)
        if not any(character.isdigit() for word in words[one.start : one.end] for character in word.text)
    ]
    kept: list[_Number] = []
    for series in _series(found, apart):
        if _has_fraction(series):
            continue
        series = _years(series) if language == "en" else series
        kept += [
            _with_article(number, tokens) if language == "en" else number
            for number in series
            if (len(series) > 1 or number.value >= SMALLEST_ALONE or number.end - number.start > 1)
            and not _is_scale(number)
        ]
    return kept


def _series(numbers: Sequence[_Number], apart: Sequence[bool]) -> list[list[_Number]]:
    """Numbers that follow each other without a word, punctuation or a pause between them."""
    result: list[list[_Number]] = []
    for number in numbers:
        if result and result[-1][-1].end == number.start and not apart[number.start]:
            result[-1].append(number)
        else:
            result.append([number])
    return result


def _has_fraction(series: Sequence[_Number]) -> bool:
    """Whether an ordinal follows a cardinal ("two thirds"), or stands in the plural ("thirds")."""
    return any(number.is_ordinal and (at > 0 or number.text.endswith("s")) for at, number in enumerate(series))


def _years(series: Sequence[_Number]) -> list[_Number]:
    """The series with "nineteen" "eighty-four" as one number."""
    result: list[_Number] = []
    for number in series:
        before = result[-1] if result else None
        if before and before.text.isdigit() and number.text.isdigit() and len(before.text) == len(number.text) == 2:
            year = before.text + number.text
            if int(year) in YEARS:
                result[-1] = _Number(before.start, number.end, year, float(year), is_ordinal=False)
                continue
        result.append(number)
    return result


def _with_article(number: _Number, tokens: Sequence[_Token]) -> _Number:
    """The number with the "a" of "a hundred"."""
    begins_with_a = number.start > 0 and tokens[number.start - 1].core == "a"
    if begins_with_a and tokens[number.start].core in ("hundred", "thousand"):
        return _Number(number.start - 1, number.end, number.text, number.value, number.is_ordinal)
    return number


def _is_scale(number: _Number) -> bool:
    """A million behind a decimal ("two point five million") stays a word, as in print."""
    return number.end - number.start == 1 and number.value >= _SCALE


def _are_apart(before: Word, after: Word) -> bool:
    return (
        before.text.rstrip()[-1:] in _CLOSING
        or after.start_s - before.end_s > LONGEST_PAUSE_S
        or before.speaker != after.speaker
    )


def _joined(run: Sequence[Word], text: str) -> Word:
    first, last = run[0], run[-1]
    before = first.text[: len(first.text) - len(first.text.lstrip(_OPENING))]
    after = last.text[len(last.text.rstrip(_CLOSING)) :]
    known = [word.confidence for word in run if word.confidence is not None]
    return Word(
        text=f"{before}{text}{after}",
        start_s=first.start_s,
        end_s=last.end_s,
        confidence=round(sum(known) / len(known), 4) if len(known) == len(run) else None,
        speaker=first.speaker,
    )


def _in_words(word: Word, language: str, begins_sentence: bool) -> Word:  # noqa: FBT001
    core = word.text.lstrip(_OPENING).rstrip(_CLOSING)
    spelled = spell(core, language)
    if spelled is None:
        return word
    spelled = spelled[0].upper() + spelled[1:] if begins_sentence else spelled
    return msgspec.structs.replace(word, text=word.text.replace(core, spelled, 1))


def _begins_sentence(words: Sequence[Word], at: int) -> bool:
    return at == 0 or re.search(r"[.!?…][\"'»”’)]*$", words[at - 1].text) is not None


def _core(text: str) -> str:
    return text.strip().lstrip(_OPENING).rstrip(_CLOSING).lower().replace("’", "'")
