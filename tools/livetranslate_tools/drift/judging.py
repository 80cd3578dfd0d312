"""Holds one window against the reference, signal by signal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

import msgspec
import numpy as np

from livetranslate_tools.drift.divergence import (
    aligned,
    aligned_buckets,
    expected_by_chance_bits,
    jensen_shannon_bits,
)
from livetranslate_tools.drift.reference import LEAST_WINDOWS, Reference
from livetranslate_tools.drift.signals import SIGNALS, Kind, Signal
from livetranslate_tools.drift.usual_spread import Distance, UsualSpread
from livetranslate_tools.drift.window import Window, pooled, without

SIGNIFICANCE = 0.01
"""Of one signal in one window; that it must last for several windows makes alarms rarer than that."""


class Verdict(str, Enum):
    """What a window says of a signal."""

    USUAL = "usual"
    SHIFTED = "shifted"
    UNJUDGED = "unjudged"


class Judgement(msgspec.Struct, frozen=True):
    """One signal in one window.

    Attributes:
        signal: its name.
        verdict: shifted when the score is large enough and unusual enough.
        score: of shapes and mixes: Jensen-Shannon divergence beyond what is usual, bits, 0 to 1; of ratios: the
            relative change, with its sign. None when it was not judged.
        p_value: how likely so much is for a window that is like the reference.
        observations: of the window.
        effective: as how many independent ones they count (shapes and mixes).
        why: of an unjudged one: what it lacks.
        value: of a ratio: its value.
        limits: of a ratio: between which values it is usual.
    """

    signal: str
    verdict: Verdict
    score: float | None = None
    p_value: float | None = None
    observations: float = 0.0
    effective: float | None = None
    why: str = ""
    value: float | None = None
    limits: tuple[float, float] | None = None


class SignalJudge:
    """Judges windows by one signal of one reference.

    Args:
        signal: which.
        reference: what is usual.
        significance: p value below which a window is unusual.

    Raises:
        DriftError: its windows do not have the same buckets.
    """

    def __init__(self, signal: Signal, reference: Reference, *, significance: float = SIGNIFICANCE) -> None:
        self.signal = signal
        self._significance = significance
        usable = reference.usable(signal)
        self._windows = len(usable)
        self._all = pooled(usable) if usable else None
        self._spread = self._usual_spread(usable) if len(usable) >= LEAST_WINDOWS else None

    def judge(self, window: Window) -> Judgement:
        """What the window says.

        Raises:
            DriftError: its buckets are not the reference's.
        """
        count = window.observations(self.signal)
        lack = self._lack(count)
        if lack or self._all is None or self._spread is None:
            return Judgement(self.signal.name, Verdict.UNJUDGED, observations=count, why=lack)
        distance = self._distance(window, self._all)
        p_value = self._spread.p_value(distance)
        if self.signal.kind is Kind.RATIO:
            return self._of_ratio(window, self._all, distance, p_value, self._spread)
        score = max(0.0, distance.squared - self._spread.expected(distance))
        independent = expected_by_chance_bits(self._outcomes(self._all), 1.0)
        return Judgement(
            self.signal.name,
            self._verdict(score, p_value),
            score,
            p_value,
            count,
            effective=count / max(1.0, self._spread.mean / independent) if independent else count,
        )

    def _lack(self, count: float) -> str:
        name = self.signal.per or self.signal.metric
        if self._spread is None or self._all is None:
            return f"the reference has {self._windows} windows with {self.signal.least:g} {name}, not {LEAST_WINDOWS}"
        if self.signal.kind is Kind.RATIO and not self._ratio(self._all):
            return f"the reference has no {self.signal.metric}"
        if count < self.signal.least:
            return f"the window has {count:.0f} {name}, not {self.signal.least:g}"
        return ""

    def _verdict(self, score: float, p_value: float) -> Verdict:
        is_shifted = p_value < self._significance and abs(score) >= self.signal.smallest_shift
        return Verdict.SHIFTED if is_shifted else Verdict.USUAL

    def _of_ratio(
        self, window: Window, usual: Window, distance: Distance, p_value: float, spread: UsualSpread
    ) -> Judgement:
        value, expected = self._ratio(window), self._ratio(usual)
        score = value / expected - 1.0
        margin = math.sqrt(spread.limit(self._significance, n=distance.n, m=distance.m))
        return Judgement(
            self.signal.name,
            self._verdict(score, p_value),
            score,
            p_value,
            distance.n,
            value=value,
            limits=(max(0.0, expected - margin), expected + margin),
        )

    def _usual_spread(self, windows: Sequence[Window]) -> UsualSpread:
        everything = pooled(windows)
        distances = [self._distance(window, without(everything, window)) for window in windows]
        if self.signal.kind is Kind.RATIO:
            return UsualSpread.of(distances, least_mean=0.0, most_degrees=1.0)
        outcomes = max(2, self._outcomes(everything))
        return UsualSpread.of(distances, least_mean=expected_by_chance_bits(outcomes, 1.0), most_degrees=outcomes - 1.0)

    def _distance(self, window: Window, others: Window) -> Distance:
        n, m = window.observations(self.signal), others.observations(self.signal)
        if self.signal.kind is Kind.RATIO:
            return Distance((self._ratio(window) - self._ratio(others)) ** 2, n, m)
        align = aligned_buckets if self.signal.kind is Kind.SHAPE else aligned
        return Distance(
            jensen_shannon_bits(*align(window.counts[self.signal.name], others.counts[self.signal.name])), n, m
        )

    def _ratio(self, window: Window) -> float:
        numerator, denominator = window.sums[self.signal.name]
        return numerator / denominator

    def _outcomes(self, window: Window) -> int:
        return int(np.count_nonzero(list(window.counts[self.signal.name].values())))


class Judge:
    """Judges windows by every signal.

    Args:
        reference: what is usual.
        significance: p value below which a window is unusual.
    """

    def __init__(self, reference: Reference, *, significance: float = SIGNIFICANCE) -> None:
        self.reference = reference
        self._signals = [SignalJudge(signal, reference, significance=significance) for signal in SIGNALS]

    def judge(self, window: Window) -> list[Judgement]:
        """What the window says of each signal, in the signals' order.

        Raises:
            DriftError: its buckets are not the reference's.
        """
        return [one.judge(window) for one in self._signals]
