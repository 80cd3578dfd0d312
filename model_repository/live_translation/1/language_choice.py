"""Which language is spoken, when nobody said: settled by what was heard, and not given up lightly.

A language is detected anew for every utterance, so a speaker may switch. But a second of speech, or a name, is often
taken for a neighbour's language; the settled one therefore stays unless another is much likelier, and the less was
heard of an utterance, the more so.
"""

from __future__ import annotations

from typing import TypedDict

from livetranslate.protocol import AUTO

SWITCH_RATIO = 3.0
"""How many times likelier another language must be to take over, after ``SURE_AFTER_S`` of speech."""

HASTY_SWITCH_RATIO = 30.0
SURE_AFTER_S = 2.5


class Expectation(TypedDict, total=False):
    """Options of a window that speak of its language."""

    expected_language: str
    switch_ratio: float


class LanguageChoice:
    """The language of one session.

    Args:
        source: the language given, or ``auto``.
        settled: the language settled before a break; empty for none.
    """

    def __init__(self, source: str, settled: str = "") -> None:
        self._source = source
        self._settled = settled

    @property
    def likely(self) -> str:
        """The language that the session speaks as far as is known; ``auto`` when nothing is."""
        return self._source if self._source != AUTO else self._settled or AUTO

    def expectation(self, heard_s: float) -> Expectation:
        """What to tell the recogniser about an utterance of which ``heard_s`` seconds were heard."""
        if self._source != AUTO or not self._settled:
            return {}
        ratio = SWITCH_RATIO if heard_s >= SURE_AFTER_S else HASTY_SWITCH_RATIO
        return {"expected_language": self._settled, "switch_ratio": ratio}

    def settle(self, language: str, *, has_words: bool) -> None:
        """An utterance has ended; one without words tells nothing about its language."""
        if has_words and language != AUTO:
            self._settled = language
