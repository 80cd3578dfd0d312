"""Whether something grows: a straight line through its samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Slope:
    """Least squares.

    Attributes:
        per_unit: growth of y while x grows by one.
        error: standard error of that, from the scatter around the line. Samples of a process' memory are no
            independent draws, so the truth is seldom closer, and may be farther.
        samples: how many.
    """

    per_unit: float
    error: float
    samples: int

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]]) -> Slope | None:
        """The line through (x, y); None for fewer than three points, or when all lie at one x."""
        if len(points) < 3:
            return None
        x, y = np.asarray(points, dtype=np.float64).T
        x, y = x - x.mean(), y - y.mean()
        width = float(np.dot(x, x))
        if width == 0.0:
            return None
        per_unit = float(np.dot(x, y)) / width
        rest = y - per_unit * x
        return cls(per_unit, float(np.sqrt(np.dot(rest, rest) / (len(points) - 2) / width)), len(points))
