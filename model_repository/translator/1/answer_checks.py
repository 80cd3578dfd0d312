"""What is wrong with the form of an answer: not its wording, but whether it is a translation at all.

Every check knows the source, so that nothing is held against a translation that its source says too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from answer_cleaning import bare, without_note, without_preamble, without_quotes
from answer_phrases import MAY_REFUSE, SPEAKS_OF_AI, STRONG_REFUSAL, WEAK_REFUSAL
from scripts import HAN, is_unspaced, letters_by_script
from target_language import is_wrong, language_of

from livetranslate.protocol import AUTO


class Violation(str, Enum):
    """What an answer does that a translation does not; the names are stable."""

    EMPTY = "empty"
    REFUSAL = "refusal"
    PREAMBLE = "preamble"
    QUOTES_ADDED = "quotes_added"
    NOTE_ADDED = "note_added"
    WRONG_LANGUAGE = "wrong_language"
    UNTRANSLATED_COPY = "untranslated_copy"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    LOOP = "loop"
    CONTINUATION = "continuation"
    ANSWERED_INSTEAD = "answered_instead"


_DENSITY = {
    "zh": 0.33, "yue": 0.33, "ja": 0.45, "ko": 0.5, "th": 0.9, "lo": 0.9, "ar": 0.85, "he": 0.78, "fa": 0.9, "ur": 0.95,
    "es": 1.1, "fr": 1.15, "de": 1.15, "it": 1.1, "nl": 1.1, "el": 1.15, "ta": 1.2, "ml": 1.2, "my": 1.2, "hu": 1.1,
}  # fmt: skip
"""Characters for what English says in one."""

_MOST = 2.2
_MOST_EXTRA = 24.0
_LEAST = 0.33
_LEAST_EXTRA = 8.0
"""A translation has LEAST x - LEAST_EXTRA to MOST x + MOST_EXTRA characters, in English ones; x: the source's."""

_CONTINUED_FROM = 1.6
"""As many times the source's length, with two sentences more, and the answer goes on by itself."""

_REFUSAL_BEGINS_WITHIN = 40
_FEWEST_REPEATS = 4
_LONGEST_PERIOD = 12
_COPY_FROM_WORDS = 3
_COPY_SHARE = 0.85
_COPY_FROM_HAN = 8

_QUESTION_MARK = re.compile(r"[?？؟\u037e]")
_ENDS_AS_QUESTION = re.compile(r"[?？؟]\W*\Z")
# Polite requests are questions in one language and none in another; some languages ask without a mark.
_ASKS_WITHOUT_MARK = {
    "ja": re.compile(
        r"(?:か|かな|かしら|の|ね|よね|っけ|でしょう|だろう|ください|下さい|ましょう|は|って|頂戴|ちょうだい)\W*\Z"
    ),
    "zh": re.compile(r"(?:吗|呢|吧|嘛|么|没有|不)\W*\Z|请|麻烦|怎么|什么|谁|哪"),
    "yue": re.compile(r"(?:嗎|呢|呀|咩|未|唔)\W*\Z|請|麻煩|點|乜|邊"),
    "ko": re.compile(r"(?:까|요|니|나|가|냐|죠)\W*\Z"),
}
_NO_QUESTION_MARKS = frozenset({"th", "lo", "km", "my", "bo", "hy", "am", "el"})  # Greek writes ";"
_CODE = re.compile(
    r"```|^\s*(?:def |class |import |from \w+ import |#include|function |public static |SELECT .+ FROM |"
    r"<html)|\bprint\(",
    re.M,
)
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|\Z|[\"”»’)])|[。！？]+|[।؟]+")
_NEXT_TURN = re.compile(
    r"(?:\A|\n|\s)(?:user|human|assistant|system|translate (?:in)?to \w+|traduce al \w+)\s*[:：]|###\s*\w+:?|"
    r"<[|｜]\w+[|｜]>",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNIVERSAL = re.compile(r"[\d@/\\_<>{}=]|\Awww\.")


def violations(answer: str, source: str, *, target_language: str, source_language: str) -> tuple[Violation, ...]:
    """Everything that is wrong with an answer's form, in the order of :class:`Violation`.

    Args:
        answer: a whole answer, best after :func:`answer_cleaning.clean`.
        source: the text it should translate.
        target_language: ISO 639-1 code.
        source_language: ISO 639-1 code, or ``auto``.
    """
    if not bare(answer):
        # Laughter, "…" and emoji need no letters, if the source has none.
        return (Violation.EMPTY,) if bare(source) or not answer.strip() else ()
    spoken = language_of(source) if source_language == AUTO else source_language
    is_copy = _is_copy(answer, source, target_language)
    found = {
        Violation.REFUSAL: is_refusal(answer, source),
        Violation.PREAMBLE: without_preamble(answer, source, target_language) != answer,
        Violation.QUOTES_ADDED: without_quotes(answer, source) != answer,
        Violation.NOTE_ADDED: without_note(answer, source, target_language) != answer.strip(),
        Violation.WRONG_LANGUAGE: is_wrong(answer, target_language, source=source),
        Violation.UNTRANSLATED_COPY: is_copy and language_of(source) != target_language,
        Violation.TOO_LONG: _relative_length(answer, target_language)
        > _MOST * _relative_length(source, spoken) + _MOST_EXTRA,
        Violation.TOO_SHORT: _relative_length(answer, target_language)
        < _LEAST * _relative_length(source, spoken) - _LEAST_EXTRA,
        Violation.LOOP: has_loop(answer, source),
        Violation.CONTINUATION: _goes_on(answer, source, target_language, spoken),
        Violation.ANSWERED_INSTEAD: _answers(answer, source, target_language),
    }
    return tuple(violation for violation, is_found in found.items() if is_found)


def is_refusal(answer: str, source: str) -> bool:
    """Whether the answer refuses, or asks for something to translate, where the source does nothing of the kind."""
    strong = STRONG_REFUSAL.search(answer)
    if strong and strong.start() < 2 * _REFUSAL_BEGINS_WITHIN and not SPEAKS_OF_AI.search(source):
        return True
    weak = WEAK_REFUSAL.search(answer)
    return weak is not None and weak.start() < _REFUSAL_BEGINS_WITHIN and not MAY_REFUSE.search(source)


def has_loop(answer: str, source: str) -> bool:
    """Whether words or syllables repeat over and over, much more often than in the source."""
    repeats = _most_repeats(_units(answer))
    return repeats >= _FEWEST_REPEATS and repeats > _most_repeats(_units(source)) + 2


def _units(text: str) -> Sequence[str]:
    """What may repeat: words, or characters where there are no spaces."""
    folded = text.casefold()
    if is_unspaced(text):
        return [character for character in folded if character.isalnum()]
    return _WORD.findall(folded)


def _most_repeats(units: Sequence[str]) -> int:
    """How many times in a row a run of at most LONGEST_PERIOD units stands."""
    most = 1
    for period in range(1, min(_LONGEST_PERIOD, len(units) // 2) + 1):
        run = longest = 0
        for one, other in zip(units, units[period:], strict=False):
            run = run + 1 if one == other else 0
            longest = max(longest, run)
        most = max(most, longest // period + 1)
    return most


def _relative_length(text: str, language: str | None) -> float:
    """Characters, as if in English; where the language is not known, by its script."""
    if language is None:
        language = "zh" if is_unspaced(text) else "en"
    return len(text.strip()) / _DENSITY.get(language, 1.05 if language != "en" else 1.0)


def _is_copy(answer: str, source: str, target: str) -> bool:
    """Whether the answer is the source again, in more than names, numbers and words of all languages."""
    words = _WORD.findall(" ".join(word for word in source.split() if not _UNIVERSAL.search(word)))
    if is_unspaced(source):
        han_alone = target in ("zh", "ja", "yue") and set(letters_by_script(source)) == {HAN}
        return bare(answer) == bare(source) and (not han_alone or len(bare(source)) >= _COPY_FROM_HAN)
    common = [word for word in words if word == word.lower()]
    if len(words) < _COPY_FROM_WORDS or len(common) < _COPY_FROM_WORDS - 1:
        return False
    if bare(answer) == bare(source):
        return True
    answered = set(_WORD.findall(answer.casefold()))
    kept = sum(1 for word in words if word.casefold() in answered)
    return len(words) > 2 * _COPY_FROM_WORDS and kept >= _COPY_SHARE * len(words)


def _goes_on(answer: str, source: str, target: str, spoken: str | None) -> bool:
    """Whether the answer goes on behind the translation: with a dialogue, or with sentences of its own."""
    if any(turn.group().strip() not in source for turn in _NEXT_TURN.finditer(answer)) and not _NEXT_TURN.search(
        source
    ):
        return True
    more = len(_SENTENCE_END.findall(answer)) - max(1, len(_SENTENCE_END.findall(source)))
    longer = _relative_length(answer, target) > _CONTINUED_FROM * _relative_length(source, spoken) + _LEAST_EXTRA
    return more >= 2 and longer


def _answers(answer: str, source: str, target: str) -> bool:
    """Whether a question was answered instead of translated, or a request carried out."""
    if _CODE.search(answer) and not _CODE.search(source):
        return True
    if not _ENDS_AS_QUESTION.search(source) or target in _NO_QUESTION_MARKS or _QUESTION_MARK.search(answer):
        return False
    unmarked = _ASKS_WITHOUT_MARK.get(target)
    return unmarked is None or not unmarked.search(answer)
