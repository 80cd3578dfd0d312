"""Committed words as the session is told them: with its numbers written as it wants them, and none told twice."""

from __future__ import annotations

from collections.abc import Callable

from numerals import convert, open_run, refusal
from utterance import Utterance

from livetranslate.protocol import LiveTranslateError, Numerals, Word


class ToldWords:
    """Turns committed words into told ones.

    A number is told only when it is complete, since a told word never changes; the words that may still become part
    of it wait, though they are committed.

    Args:
        numerals: how numbers are written.
        warn: takes what a session must know, once a language.
    """

    def __init__(self, numerals: Numerals, warn: Callable[[LiveTranslateError], None]) -> None:
        self._numerals = numerals
        self._warn = warn
        self._warned: set[str] = set()

    def new(self, utterance: Utterance) -> tuple[Word, ...]:
        """The words that may be told now and were not yet."""
        words = tuple(utterance.committed)
        if self._numerals is not Numerals.AS_HEARD:
            complete = len(words) - open_run(words, utterance.language, self._numerals)
            words = convert(words[:complete], utterance.language, self._numerals)
        fresh = words[len(utterance.told) :]
        utterance.told += fresh
        return fresh

    def all(self, utterance: Utterance) -> tuple[Word, ...]:
        """All words of an utterance that has ended."""
        words = tuple(utterance.committed)
        if self._numerals is Numerals.AS_HEARD or not words:
            return words
        problem = refusal(utterance.language, self._numerals)
        if problem is not None and utterance.language not in self._warned:
            self._warned.add(utterance.language)
            self._warn(problem)
        return convert(words, utterance.language, self._numerals)
