"""Geometry of the report's drawings: two distributions side by side as bars, and a ratio's course between limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 680.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 8.0, 10.0, 26.0
GROUP_SHARE = 0.8
"""Of a group's room that its two bars take."""


@dataclass(frozen=True)
class Text:
    """A label."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A rectangle and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class BarChart:
    """Two distributions, outcome by outcome.

    Attributes:
        usual: bars of the reference.
        now: bars of the present.
        below: labels of the outcomes.
        left: labels of the heights.
    """

    usual: tuple[Bar, ...]
    now: tuple[Bar, ...]
    below: tuple[Text, ...]
    left: tuple[Text, ...]

    @classmethod
    def of(cls, usual: Mapping[str, float], now: Mapping[str, float], *, are_buckets: bool) -> BarChart:
        """From counts by outcome; of buckets, each upper bound is written at the edge between two groups."""
        outcomes = list(dict.fromkeys([*usual, *now]))
        shares = [_shares(counts, outcomes) for counts in (usual, now)]
        top = max(0.01, *shares[0], *shares[1])
        room = (WIDTH - LEFT - RIGHT) / len(outcomes)
        bars: list[list[Bar]] = [[], []]
        for side, (name, values) in enumerate(zip(("usual", "now"), shares, strict=True)):
            for number, (outcome, share) in enumerate(zip(outcomes, values, strict=True)):
                width = room * GROUP_SHARE / 2
                x = LEFT + room * number + room * (1 - GROUP_SHARE) / 2 + width * side
                height = _height() * share / top
                said = f"{_range(outcomes, number) if are_buckets else outcome}: {share:.1%} {name}"
                bars[side].append(Bar(x, TOP + _height() - height, width, height, said))
        shift = 1.0 if are_buckets else 0.5
        labelled = outcomes[:-1] if are_buckets else outcomes
        below = tuple(Text(LEFT + room * (at + shift), HEIGHT - 8, name) for at, name in enumerate(labelled))
        left = tuple(Text(LEFT - 6, TOP + _height() * (1 - part), f"{top * part:.0%}") for part in (0.0, 0.5, 1.0))
        return cls(tuple(bars[0]), tuple(bars[1]), below, left)


@dataclass(frozen=True)
class Dot:
    """A point and what it says when pointed at."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class ControlChart:
    """A ratio, window by window, between its limits.

    Attributes:
        usual: points of the reference's windows, as a polyline takes them.
        now: of the present ones.
        limits: heights of the lower and the upper limit.
        left: their values.
    """

    usual: str
    now: tuple[Dot, ...]
    limits: tuple[float, ...]
    left: tuple[Text, ...]

    @classmethod
    def of(cls, usual: Sequence[float], now: Sequence[float], limits: tuple[float, float] | None) -> ControlChart:
        """From each window's value; without limits none are drawn."""
        known = [*usual, *now, *(limits or ())]
        low, high = min(known), max(known)
        margin = (high - low) * 0.1 or 0.1 * abs(high) or 1.0
        low, high = low - margin, high + margin
        step = (WIDTH - LEFT - RIGHT) / max(1, len(usual) + len(now))

        def at(number: int, value: float) -> tuple[float, float]:
            return LEFT + step * (number + 0.5), TOP + _height() * (high - value) / (high - low)

        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*pair) for pair in enumerate(usual)))
        dots = tuple(Dot(*at(len(usual) + number, value), f"{value:.3g}") for number, value in enumerate(now))
        edges = tuple(at(0, limit)[1] for limit in limits or ())
        left = tuple(Text(LEFT - 6, y, f"{limit:.3g}") for y, limit in zip(edges, limits or (), strict=True))
        return cls(line, dots, edges, left)


def _shares(counts: Mapping[str, float], outcomes: Sequence[str]) -> list[float]:
    total = sum(counts.values()) or 1.0
    return [counts.get(outcome, 0.0) / total for outcome in outcomes]


def _range(bounds: Sequence[str], number: int) -> str:
    if number == 0:
        return f"up to {bounds[0]}"
    return f"above {bounds[-2]}" if number == len(bounds) - 1 else f"{bounds[number - 1]} to {bounds[number]}"


def _height() -> float:
    return HEIGHT - TOP - BOTTOM
