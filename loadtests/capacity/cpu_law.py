"""Processor seconds by sessions: what a second of audio costs falls as sessions share batches.

c(n) = shared + alone / n        CPU seconds per audio second, n sessions
u(n) = n · c(n) = shared · n + alone        cores that are busy
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CpuLaw:
    """A fitted law; both in cores (CPU seconds a second)."""

    shared: float
    alone: float

    def per_audio_s(self, sessions: int) -> float:
        """CPU seconds per audio second."""
        return self.shared + self.alone / sessions

    def most_sessions(self, cores: float, *, busy: float) -> int:
        """Sessions that leave ``1 - busy`` of the cores free.

        Raises:
            ValueError: ``busy`` is not between 0 and 1.
        """
        if not 0 < busy <= 1:
            raise ValueError(f"busy is {busy:g}; a share of the cores lies above 0 and is at most 1.")
        if self.shared <= 0:
            return 0
        return max(0, int((cores * busy - self.alone) / self.shared))

    @classmethod
    def fit(cls, sessions: Sequence[int], cpu_s_per_audio_s: Sequence[float]) -> CpuLaw:
        """Least squares over u(n).

        Raises:
            ValueError: fewer than two numbers of sessions.
        """
        if len(set(sessions)) < 2:
            raise ValueError(f"Two numbers of sessions or more are needed; there are {list(sessions)}.")
        counts = np.asarray(sessions, float)
        shared, alone = np.polyfit(counts, counts * np.asarray(cpu_s_per_audio_s, float), 1)
        return cls(float(shared), float(alone))
