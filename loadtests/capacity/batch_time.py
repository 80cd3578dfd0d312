"""What a batch of windows takes, by its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class BatchTime:
    """``fixed_s + each_s · windows`` seconds, at most ``largest`` windows at once."""

    fixed_s: float
    each_s: float
    largest: int = 16

    def __post_init__(self) -> None:
        if self.fixed_s < 0 or self.each_s < 0 or self.fixed_s + self.each_s <= 0 or self.largest < 1:
            raise ValueError(
                f"A batch takes {self.fixed_s:g} s + {self.each_s:g} s a window, at most {self.largest} windows: times "
                "are at least 0 and together above it, and a batch has at least one window."
            )

    def __call__(self, windows: float) -> float:
        """Seconds for a batch; fractions are means over batches."""
        return self.fixed_s + self.each_s * windows

    @property
    def most_per_s(self) -> float:
        """Windows a second that full batches give."""
        return self.largest / self(self.largest)

    def scaled(self, single_s: float) -> BatchTime:
        """The same shape, with ``single_s`` for one window alone."""
        factor = single_s / self(1)
        return replace(self, fixed_s=self.fixed_s * factor, each_s=self.each_s * factor)

    @classmethod
    def fit(cls, batches: Sequence[Mapping[str, Any]], *, largest: int = 16) -> BatchTime:
        """Least squares over (size, count, compute_ms), each size weighted by how often it was seen.

        Raises:
            ValueError: fewer than two sizes were seen.
        """
        seen = [one for one in batches if one["count"] and one["compute_ms"] is not None]
        if len({one["size"] for one in seen}) < 2:
            raise ValueError("Batches of at least two sizes are needed; measure whisper with several requests at once.")
        sizes = np.array([one["size"] for one in seen], float)
        times_s = np.array([one["compute_ms"] for one in seen], float) / 1000
        weights = np.sqrt(np.array([one["count"] for one in seen], float))
        each_s, fixed_s = np.polyfit(sizes, times_s, 1, w=weights)
        if fixed_s < 0:  # a line through the origin then fits no worse than noise allows
            return cls(0.0, float(np.average(times_s / sizes, weights=weights**2)), largest)
        return cls(float(fixed_s), max(0.0, float(each_s)), largest)
