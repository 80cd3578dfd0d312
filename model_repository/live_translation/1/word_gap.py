"""Where to cut an utterance that is too long: at the best gap between two words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from livetranslate.protocol import Word
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

SENTENCE_ENDS = (".", "?", "!", "。", "？", "！", "…", "।", "؟")
CLAUSE_ENDS = (",", ";", ":", "，", "；", "：", "、")


def best_gap(words: Sequence[Word], audio: Samples, *, start_s: float, at_least: int = 0) -> tuple[int, float] | None:
    """Chooses a cut.

    A long silence between two words is best, the end of a sentence nearly as good, and later is better than
    earlier, since what stays behind is decoded again. The last word is never trusted: it may be half spoken.

    Args:
        words: words of the utterance, session time.
        audio: the utterance's audio, FP32 [n] at 16 kHz.
        start_s: session time of its first sample.
        at_least: how many words must stand before the cut: they are committed.

    Returns:
        How many words stand before the cut, and the session time of the cut; None when there are too few words.
        Where all but the last word are committed, the cut lies behind them whatever follows.
    """
    if len(words) < 3:
        return None
    at_least = min(at_least, len(words))
    end_s = start_s + len(audio) / SAMPLE_RATE_HZ
    best: tuple[float, int, float] | None = None
    for count in range(max(1, at_least), max(len(words) - 1, at_least + 1)):
        before = words[count - 1]
        after_s = words[count].start_s if count < len(words) else end_s
        cut_s, quietness = _quietest(audio, before.end_s - start_s, after_s - start_s)
        cut_s += start_s
        score = (
            1.0 * min(max(after_s - before.end_s, 0.0), 1.0)
            + 0.5 * before.text.endswith(SENTENCE_ENDS)
            + 0.2 * before.text.endswith(CLAUSE_ENDS)
            + 0.3 * quietness
            + 0.6 * (cut_s - start_s) / max(end_s - start_s, 1e-6)
        )
        if best is None or score > best[0]:
            best = (score, count, cut_s)
    return None if best is None else (best[1], best[2])


def _quietest(audio: Samples, from_s: float, to_s: float, *, around_s: float = 0.06) -> tuple[float, float]:
    """The quietest 20 ms between two words (or around their border): its middle in seconds, and 0 (loud) to 1."""
    window = SAMPLE_RATE_HZ // 50
    first = max(0, int((min(from_s, to_s) - around_s) * SAMPLE_RATE_HZ))
    last = min(len(audio), int((max(from_s, to_s) + around_s) * SAMPLE_RATE_HZ))
    frames = (last - first) // window
    if frames < 1:
        return max(0.0, (from_s + to_s) / 2), 0.0
    level = np.sqrt(np.mean(audio[first : first + frames * window].reshape(frames, window) ** 2, axis=1))
    quietest = int(np.argmin(level))
    loud = float(np.sqrt(np.mean(audio**2))) + 1e-9
    return (first + (quietest + 0.5) * window) / SAMPLE_RATE_HZ, float(np.clip(1.0 - level[quietest] / loud, 0.0, 1.0))
