"""The universal scalability law (Gunther 1993): throughput by the number of requests at once.

    X(n) = λ n / (1 + σ (n - 1) + κ n (n - 1))

λ is what one at a time gives, σ the share that does not run in parallel, κ what the parallel ones cost each other.
Batching makes σ small, a machine whose cores are all busy makes it large.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares


@dataclass(frozen=True)
class ScalingLaw:
    """A fitted law; rates are requests a second."""

    one_per_s: float
    serial: float
    crosstalk: float

    def __call__(self, concurrency: float) -> float:
        """Requests a second with so many at once."""
        slower = 1 + self.serial * (concurrency - 1) + self.crosstalk * concurrency * (concurrency - 1)
        return self.one_per_s * concurrency / slower

    @property
    def best_concurrency(self) -> float:
        """Where throughput is highest; infinite when it only levels off."""
        if self.crosstalk <= 0:
            return math.inf
        return max(1.0, math.sqrt(max(0.0, 1 - self.serial) / self.crosstalk))

    @property
    def most_per_s(self) -> float:
        """The highest throughput; infinite for a law without any limit."""
        if math.isinf(self.best_concurrency):
            return self.one_per_s / self.serial if self.serial > 0 else math.inf
        return self(self.best_concurrency)

    @classmethod
    def fit(cls, concurrencies: Sequence[float], per_s: Sequence[float]) -> ScalingLaw:
        """Least squares of relative errors, with λ > 0 and σ, κ in [0, 1].

        Raises:
            ValueError: fewer than three points, or a throughput that is not positive.
        """
        counts, rates = np.asarray(concurrencies, float), np.asarray(per_s, float)
        if len(counts) < 3 or len(counts) != len(rates) or (rates <= 0).any():
            raise ValueError(f"A scaling law needs three throughputs above 0 or more; there are {list(per_s)}.")

        def errors(law: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
            return np.array([cls(*law)(count) / rate - 1 for count, rate in zip(counts, rates, strict=True)])

        first = rates[counts.argmin()] / counts.min()
        found = least_squares(
            errors, (first, 0.1, 0.001), bounds=((1e-9, 0, 0), (math.inf, 1, 1)), x_scale=(first, 1, 1)
        )
        one, serial, crosstalk = (float(value) for value in found.x)
        return cls(one, serial, crosstalk)


def held_out_error(concurrencies: Sequence[float], per_s: Sequence[float]) -> float | None:
    """Relative error of the law for the highest concurrency when it is fitted without it; None with too few points."""
    if len(concurrencies) < 4:
        return None
    law = ScalingLaw.fit(concurrencies[:-1], per_s[:-1])
    return law(concurrencies[-1]) / per_s[-1] - 1
