"""Where in the audio each token is heard: the attention of the alignment heads, cut into spans in reading order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_SMOOTHING = 7
"""Width of the median filter over positions (as in OpenAI's ``timing.py``)."""


def token_spans(attention: Sequence[Floats], heard: int) -> npt.NDArray[np.int64]:
    """Shares the heard positions among the tokens, in order, so that the attention covered is greatest.

    OpenAI's implementation finds a path by dynamic time warping. Here every token gets one span and every position one
    token, which is the same optimum without repeated steps, and each token costs one pass over the positions.

    Args:
        attention: one row a token, float32 [positions]; the last row is what follows the text.
        heard: positions that hold audio; the rest of the window is padding.

    Returns:
        int64 [tokens + 1]: the first position of each token's span, and the end of the last one.
    """
    weights = np.stack(attention)[:, :heard]
    count = len(weights)
    if heard < count:
        return np.minimum(np.arange(count), heard)
    spread = weights.std(axis=0, keepdims=True)
    weights = _smoothed((weights - weights.mean(axis=0)) / np.maximum(spread, 1e-6))
    sums = np.concatenate((np.zeros((count, 1), np.float32), np.cumsum(weights, axis=1)), axis=1)
    best = sums[0].copy()  # best[p]: the tokens so far cover positions [0, p)
    best[0] = -np.inf  # every token has at least one position
    starts = np.zeros((count, heard + 1), np.int64)
    for token in range(1, count):
        gains = best - sums[token]  # the span of this token starts at p
        peak = np.maximum.accumulate(gains)
        where = np.maximum.accumulate(np.where(gains >= peak, np.arange(heard + 1), 0))
        best = np.concatenate(([-np.inf], sums[token][1:] + peak[:-1]))
        starts[token, 1:] = where[:-1]
    spans = np.zeros(count, np.int64)
    position = heard
    for token in range(count - 1, 0, -1):
        position = starts[token, position]
        spans[token] = position
    return spans


def _smoothed(weights: Floats) -> Floats:
    """Each row through a median filter."""
    padded = np.pad(weights, ((0, 0), (_SMOOTHING // 2, _SMOOTHING // 2)), mode="edge")
    medians: Floats = np.median(np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHING, axis=1), axis=2)
    return medians


def peaks(attention: Sequence[Floats], heard: int) -> npt.NDArray[np.int64]:
    """The position at which each token attends most, int64 [tokens + 1]: where the decoder listens (AlignAtt)."""
    result: npt.NDArray[np.int64] = np.stack(attention)[:, :heard].argmax(axis=1)
    return result
