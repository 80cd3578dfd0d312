"""What is shown of the words that may still change: those that probably will not.

The newest word was often heard half, and the silence that Whisper finds behind it makes it end a sentence. Showing it
and taking it back is what makes captions flicker, so it waits until more was heard or the recogniser is sure.
"""

from __future__ import annotations

from collections.abc import Sequence

from utterance import HeardWord

from livetranslate.protocol.transcript import join_words

FRESH_S = 0.5
"""A word is fresh when less than this was heard behind it."""

SURE = 0.7
"""A fresh word is shown when its confidence is at least this."""

_SENTENCE_ENDS = ".,!?…。，！？、"


def presentable(pending: Sequence[HeardWord], *, heard_s: float, language: str) -> str:
    """The text to show of the words that are not committed; the end of a sentence is believed only when it is past."""
    shown = list(pending)
    while shown and _is_fresh(shown[-1], heard_s) and shown[-1].confidence < SURE:
        shown.pop()
    text = join_words((word.text for word in shown), language)
    return text.rstrip(_SENTENCE_ENDS) if shown and _is_fresh(shown[-1], heard_s) else text


def _is_fresh(word: HeardWord, heard_s: float) -> bool:
    return heard_s - max(word.end_s, word.attended_s) < FRESH_S
