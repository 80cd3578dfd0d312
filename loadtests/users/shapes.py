"""Shapes of load: how many users there are at a moment of a test. Pure functions of time; locust asks each second."""

from __future__ import annotations

from collections.abc import Callable

Profile = Callable[[float, int, float], int]
"""(seconds since the beginning, users at the peak, length of the test in seconds) -> users."""

SPIKE_BASE = 0.25
"""Share of the peak that is there before and after a spike."""


def steady(at_s: float, peak: int, length_s: float) -> int:  # noqa: ARG001 - a shape takes all three
    """All users from the beginning to the end."""
    return peak


def ramp(at_s: float, peak: int, length_s: float) -> int:
    """From one user to the peak during three quarters of the test, then the peak."""
    return max(1, min(peak, round(peak * at_s / (0.75 * length_s))))


def spike(at_s: float, peak: int, length_s: float) -> int:
    """A quarter of the peak; in the middle third of the test all of it, at once."""
    base = max(1, round(SPIKE_BASE * peak))
    return peak if length_s / 3 <= at_s < 2 * length_s / 3 else base


def stairs(at_s: float, peak: int, length_s: float) -> int:
    """Four steps of equal length and height: what a capacity is read from."""
    step = min(4, int(4 * at_s / length_s) + 1)
    return max(1, round(peak * step / 4))


SHAPES: dict[str, Profile] = {"steady": steady, "ramp": ramp, "spike": spike, "stairs": stairs}


def users_at(shape: str, at_s: float, *, peak: int, length_s: float) -> int | None:
    """How many users there are to be; None when the test is over.

    Raises:
        ValueError: the shape is unknown, or the peak or the length is not positive.
    """
    if shape not in SHAPES:
        raise ValueError(f"shape is {shape!r}; known: {', '.join(SHAPES)}.")
    if peak < 1 or length_s <= 0:
        raise ValueError(f"peak is {peak} and the length {length_s:g} s; a test has at least one user and some time.")
    return None if at_s >= length_s else SHAPES[shape](at_s, peak, length_s)


def mix_of(text: str) -> dict[str, int]:
    """``live=6,file=1,text=3`` as weights by kind; a kind that is not named has none.

    Raises:
        ValueError: a kind is unknown, a weight is no whole number of at least 0, or all are 0.
    """
    weights = {"live": 0, "file": 0, "text": 0}
    for pair in text.split(","):
        kind, separator, weight = pair.strip().partition("=")
        if kind not in weights or not separator or not weight.isdecimal():
            raise ValueError(f"{pair!r} is no KIND=WEIGHT with one of {', '.join(weights)} and a whole number.")
        weights[kind] = int(weight)
    if not any(weights.values()):
        raise ValueError(f"The mix {text!r} has no users: give at least one kind a weight above 0.")
    return weights
