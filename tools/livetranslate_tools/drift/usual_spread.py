"""How far the windows of the reference are from one another, and how unusual a distance therefore is.

Observations of a window are not independent: one session gives many, all of one voice, microphone and room. What can
be known of that from metrics alone is how much whole windows differ. Each reference window is held against all the
others; its squared distance D (a divergence, or a ratio's squared difference) is made comparable by
t = D / (1/n + 1/m), n and m being the observations on both sides. If they were independent, t of a divergence would on
average be (outcomes - 1) / (8 ln 2); it is larger by the design effect (J. N. K. Rao and A. J. Scott, "The analysis of
categorical data from complex sample surveys", JASA 76, 1981), so n observations count as n / design effect.

A window's t over the mean t of the reference then follows about an F distribution: its numerator's degrees of freedom
are chosen so that the reference's own variance of t comes out (Satterthwaite), the denominator's are those times the
number of windows. So a reference of few windows makes everything less certain, by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

RANKS_FROM = 200
"""Of so many reference windows and more, a window must also be farther out than nearly all of them were."""


@dataclass(frozen=True)
class Distance:
    """A squared distance between two sets of observations, n on one side and m on the other."""

    squared: float
    n: float
    m: float

    @property
    def comparable(self) -> float:
        """``t``: what does not depend on n and m."""
        return self.squared / self.chance

    @property
    def chance(self) -> float:
        """1/n + 1/m."""
        return 1.0 / self.n + 1.0 / self.m


@dataclass(frozen=True)
class UsualSpread:
    """What distances are usual.

    Attributes:
        mean: of the reference windows' t.
        degrees: of freedom of one window's t.
        windows: how many there were.
        most: observations of the largest; a window with more counts as having so many, since how certain more would
            be was never seen.
        ranked: the reference windows' t, sorted.
    """

    mean: float
    degrees: float
    windows: int
    most: float
    ranked: tuple[float, ...]

    @classmethod
    def of(cls, distances: Sequence[Distance], *, least_mean: float, most_degrees: float) -> UsualSpread:
        """From each reference window's distance to the others.

        Args:
            distances: one a window, at least one.
            least_mean: what t is on average for independent observations; less is not believed.
            most_degrees: its degrees of freedom then.
        """
        values = np.array([one.comparable for one in distances], np.float64)
        mean, variance = float(values.mean()), float(values.var(ddof=1)) if len(values) > 1 else 0.0
        degrees = 2.0 * mean**2 / variance if variance > 0 else most_degrees
        return cls(
            mean=max(mean, least_mean),
            degrees=float(np.clip(degrees, 1.0, max(1.0, most_degrees))),
            windows=len(distances),
            most=max(one.n for one in distances),
            ranked=tuple(sorted(values.tolist())),
        )

    def expected(self, distance: Distance) -> float:
        """The squared distance that is usual between so many observations."""
        return self.mean * self._chance(distance)

    def p_value(self, distance: Distance) -> float:
        """How likely so large a distance is for a window that is like the reference."""
        if distance.squared <= 0:
            return 1.0
        t = distance.squared / self._chance(distance)
        tail = float(special.fdtrc(self.degrees, self.degrees * self.windows, t / self.mean)) if self.mean > 0 else 0.0
        if self.windows < RANKS_FROM:
            return tail
        farther = self.windows - int(np.searchsorted(self.ranked, t))
        return max(tail, (1 + farther) / (1 + self.windows))

    def limit(self, significance: float, *, n: float, m: float) -> float:
        """The squared distance that has this p value, by the F distribution."""
        quantile = float(special.fdtri(self.degrees, self.degrees * self.windows, 1.0 - significance))
        return quantile * self.mean * self._chance(Distance(0.0, n, m))

    def _chance(self, distance: Distance) -> float:
        return 1.0 / min(distance.n, self.most) + 1.0 / distance.m
