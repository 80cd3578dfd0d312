"""Where the window of a long utterance may begin anew: behind committed words, best at the end of a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from utterance import HeardWord
from word_gap import CLAUSE_ENDS, SENTENCE_ENDS

from livetranslate.protocol import Word

LONGEST_WINDOW_S = 6.0
"""Audio that is decoded at most before the window is trimmed, where its words are committed. The encoder's cost grows
with it; shorter windows save little, since 4 s of padding are encoded with each."""

KEPT_S = 2.0
"""Committed audio that stays: the decoder needs a few words of it to find its place behind the prefix."""


def best_trim(
    committed: Sequence[Word], pending: Sequence[HeardWord], *, window_s: float, end_s: float
) -> tuple[int, float] | None:
    """Chooses how many of the window's committed words are left behind.

    Args:
        committed: committed words within the window, session time.
        pending: the words behind them.
        window_s: session time at which the window begins.
        end_s: session time up to which it was decoded.

    Returns:
        The number of words and the session time at which the window then begins; None when it need not or cannot be
        trimmed.
    """
    if end_s - window_s <= LONGEST_WINDOW_S:
        return None
    best: tuple[float, int, float] | None = None
    for count, word in enumerate(committed, start=1):
        if word.end_s > end_s - KEPT_S:
            break
        following = committed[count] if count < len(committed) else pending[0] if pending else None
        next_s = following.start_s if following else word.end_s
        mark = 2.0 if word.text.endswith(SENTENCE_ENDS) else 1.0 if word.text.endswith(CLAUSE_ENDS) else 0.0
        # A pause is a good place too, and a later one leaves less to decode.
        score = mark + 4.0 * min(max(next_s - word.end_s, 0.0), 0.5) + 0.3 * (word.end_s - window_s)
        if best is None or score >= best[0]:
            best = (score, count, word.end_s + max(next_s - word.end_s, 0.0) / 2)
    return None if best is None else best[1:]
