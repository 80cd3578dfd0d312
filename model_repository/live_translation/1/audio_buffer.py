"""The stretch of recent audio that a session still needs, addressed by session time."""

from __future__ import annotations

import numpy as np

from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples


class AudioBuffer:
    """16 kHz mono audio from ``start_s`` to ``end_s``; what lies before is forgotten."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._chunks: list[Samples] = []
        self._start = self._end = round(start_s * SAMPLE_RATE_HZ)

    @property
    def start_s(self) -> float:
        """Session time of the oldest sample kept."""
        return self._start / SAMPLE_RATE_HZ

    @property
    def end_s(self) -> float:
        """Session time after the newest sample."""
        return self._end / SAMPLE_RATE_HZ

    def append(self, samples: Samples) -> None:
        """Adds samples at the end."""
        if samples.size:
            self._chunks.append(samples)
            self._end += samples.size

    def slice(self, start_s: float, end_s: float) -> Samples:
        """Samples of [start_s, end_s), clipped to what is kept; FP32 [n]."""
        if len(self._chunks) > 1:
            self._chunks = [np.concatenate(self._chunks)]
        audio = self._chunks[0] if self._chunks else np.zeros(0, np.float32)
        first = max(0, round(start_s * SAMPLE_RATE_HZ) - self._start)
        last = max(first, round(end_s * SAMPLE_RATE_HZ) - self._start)
        return audio[first:last]

    def forget_before(self, time_s: float) -> None:
        """Drops what lies before a session time."""
        position = min(max(round(time_s * SAMPLE_RATE_HZ), self._start), self._end)
        kept = self.slice(position / SAMPLE_RATE_HZ, self.end_s)
        # A copy, or the view would keep the whole old array alive.
        self._chunks = [kept.copy()] if kept.size else []
        self._start = position
