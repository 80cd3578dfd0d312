"""What was counted between two readings of the metrics."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from livetranslate_tools.drift.signals import SIGNALS, Kind, Signal, bucket_name

Series = tuple[str, frozenset[tuple[str, str]]]
"""A sample's name and labels."""


@dataclass(frozen=True)
class Reading:
    """The counters of one moment.

    Attributes:
        at_s: Unix time.
        samples: value of each series that a signal is made of.
    """

    at_s: float
    samples: Mapping[Series, float]


class Window(msgspec.Struct, frozen=True):
    """Counts of a stretch of time.

    Attributes:
        start_s: Unix time.
        end_s: Unix time.
        counts: of shapes and mixes: observations by outcome, by signal. A signal that the server lacks is left out.
        sums: of ratios: numerator and denominator, by signal.
    """

    start_s: float
    end_s: float
    counts: dict[str, dict[str, float]]
    sums: dict[str, tuple[float, float]]

    def observations(self, signal: Signal) -> float:
        """How many a signal has in this window; of a ratio, what its denominator counts."""
        if signal.kind is Kind.RATIO:
            return self.sums.get(signal.name, (0.0, 0.0))[1]
        return math.fsum(self.counts.get(signal.name, {}).values())


def between(before: Reading, after: Reading) -> Window:
    """The difference of two readings of one server; a counter that went down was restarted and counted from 0."""
    grown: dict[str, list[tuple[dict[str, str], float]]] = defaultdict(list)
    for (name, labels), value in after.samples.items():
        earlier = before.samples.get((name, labels), 0.0)
        grown[name].append((dict(labels), value - earlier if value >= earlier else value))
    counts: dict[str, dict[str, float]] = {}
    sums: dict[str, tuple[float, float]] = {}
    for signal in SIGNALS:
        if signal.series[0] not in grown:
            continue
        if signal.kind is Kind.RATIO:
            numerator, denominator = (math.fsum(value for _, value in grown[name]) for name in signal.series)
            sums[signal.name] = (numerator, denominator)
        else:
            counts[signal.name] = _counts(signal, grown[signal.series[0]])
    return Window(before.at_s, after.at_s, counts, sums)


def _counts(signal: Signal, samples: Iterable[tuple[dict[str, str], float]]) -> dict[str, float]:
    by_outcome: defaultdict[str, float] = defaultdict(float)
    for labels, value in samples:
        by_outcome[labels.get("le" if signal.kind is Kind.SHAPE else signal.label, "")] += value
    return buckets(by_outcome) if signal.kind is Kind.SHAPE else dict(by_outcome)


def buckets(cumulative: Mapping[str, float]) -> dict[str, float]:
    """Observations in each bucket, from Prometheus' cumulative ones by upper bound; in order of the bounds.

    A small decrease, which Prometheus' extrapolation can cause, counts as none.
    """
    found: dict[str, float] = {}
    below = 0.0
    for bound in sorted(cumulative, key=float):
        found[bucket_name(bound)] = max(cumulative[bound] - below, 0.0)
        below = max(cumulative[bound], below)
    return found


def pooled(windows: Iterable[Window]) -> Window:
    """All of them as one.

    Raises:
        ValueError: there are none.
    """
    all_of_them = list(windows)
    if not all_of_them:
        raise ValueError("There are no windows to be put together.")
    counts: dict[str, defaultdict[str, float]] = {}
    sums: dict[str, tuple[float, float]] = {}
    for window in all_of_them:
        for name, by_outcome in window.counts.items():
            total = counts.setdefault(name, defaultdict(float))
            for outcome, count in by_outcome.items():
                total[outcome] += count
        for name, (numerator, denominator) in window.sums.items():
            before = sums.get(name, (0.0, 0.0))
            sums[name] = (before[0] + numerator, before[1] + denominator)
    start_s, end_s = min(one.start_s for one in all_of_them), max(one.end_s for one in all_of_them)
    return Window(start_s, end_s, {name: dict(total) for name, total in counts.items()}, sums)


def without(everything: Window, window: Window) -> Window:
    """Windows put together, less one of them."""
    counts = {
        name: {
            outcome: max(0.0, count - window.counts.get(name, {}).get(outcome, 0.0)) for outcome, count in all_.items()
        }
        for name, all_ in everything.counts.items()
    }
    sums = {}
    for name, (numerator, denominator) in everything.sums.items():
        less = window.sums.get(name, (0.0, 0.0))
        sums[name] = (max(0.0, numerator - less[0]), max(0.0, denominator - less[1]))
    return Window(everything.start_s, everything.end_s, counts, sums)
