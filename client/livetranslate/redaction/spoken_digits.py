"""Digits said one by one and written as words: ``five five five one two``, ``seis uno dos``, ``一三八零零``.

Three in a row (four in Chinese) are digits; fewer are words like others (``one day``, ``一下``). Numbers above nine are
left as words.
"""

from __future__ import annotations

import re

from livetranslate.redaction.folding import Folded
from livetranslate.redaction.kinds import Span
from livetranslate.redaction.text_matching import NOT_AFTER_WORD, NOT_BEFORE_WORD

_WORDS = {
    "0": "zero oh o cero null zéro",
    "1": "one uno eins un une",
    "2": "two dos zwei zwo deux",
    "3": "three tres drei trois",
    "4": "four cuatro vier quatre",
    "5": "five cinco fünf cinq",
    "6": "six seis sechs",
    "7": "seven siete sieben sept",
    "8": "eight ocho acht huit",
    "9": "nine nueve neun neuf",
}
_DIGITS = {word: digit for digit, said in _WORDS.items() for word in said.split()}
_REPEATS = {"double": 2, "triple": 3, "doble": 2}
_CHINESE = str.maketrans("〇零一二三四五六七八九幺兩两", "00123456789122")
_CHINESE_DIGIT = "〇零一二三四五六七八九幺两兩"

_WORD = rf"(?:(?:{'|'.join(_REPEATS)})[ ])?(?:{'|'.join(sorted(_DIGITS, key=len, reverse=True))})"
_ITEM = rf"(?:{_WORD}{NOT_BEFORE_WORD}|[0-9])"
_RUN = re.compile(rf"{NOT_AFTER_WORD}{_WORD}{NOT_BEFORE_WORD}(?:[ ,.\-]{{1,2}}{_ITEM}){{2,64}}", re.IGNORECASE)
_SAID = re.compile(rf"{NOT_AFTER_WORD}{_WORD}{NOT_BEFORE_WORD}", re.IGNORECASE)
_CHINESE_ONE = re.compile(rf"[{_CHINESE_DIGIT}]")
_CHINESE_RUN = re.compile(rf"[{_CHINESE_DIGIT}](?:[ ,，、\-]?[{_CHINESE_DIGIT}]){{3,64}}")


def with_digits(folded: Folded) -> Folded:
    """A folded text with digits for the words that say them; the same text if there are none."""
    runs = [*_RUN.finditer(folded.text), *_CHINESE_RUN.finditer(folded.text)]
    replacements: list[tuple[Span, str]] = []
    for run in sorted(runs, key=lambda run: run.start()):
        pattern = _CHINESE_ONE if run.re is _CHINESE_RUN else _SAID
        replacements += (
            (Span(said.start(), said.end()), _digits(said[0]))
            for said in pattern.finditer(folded.text, run.start(), run.end())
        )
    return folded.replaced(replacements) if replacements else folded


def _digits(said: str) -> str:
    if len(said) == 1 and said in _CHINESE_DIGIT:
        return said.translate(_CHINESE)
    *repeat, word = said.lower().split(" ")
    return _DIGITS[word] * (_REPEATS[repeat[0]] if repeat else 1)
