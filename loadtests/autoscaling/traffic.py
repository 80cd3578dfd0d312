"""When callers come and how long they speak: synthetic days, ramps and spikes, and what a server recorded.

Every traffic is a list of calls; the same seed gives the same list.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Rate = Callable[[float], float]
"""Seconds since the beginning -> calls a second."""

HOUR_S = 3600.0
MEDIAN_CALL_S = 420.0
"""Sessions are meetings and talks: half of them are shorter than this, and a few go on for an hour."""
SPREAD = 0.8
SHORTEST_S, LONGEST_S = 15.0, 2 * HOUR_S


@dataclass(frozen=True)
class Call:
    """One session that somebody wants.

    Attributes:
        at_s: when it is first asked for.
        speaks_s: how long it lasts once it is let in.
    """

    at_s: float
    speaks_s: float


@dataclass(frozen=True)
class Traffic:
    """Calls in order, and the time that is looked at."""

    name: str
    calls: tuple[Call, ...]
    length_s: float

    @property
    def offered_sessions(self) -> float:
        """Sessions that would be open on average if all were let in at once (Little's law)."""
        return sum(call.speaks_s for call in self.calls) / self.length_s


def poisson(name: str, rate: Rate, *, most_per_s: float, length_s: float, seed: int) -> Traffic:
    """Calls of a changing rate, by thinning (Lewis and Shedler 1979).

    Args:
        name: for reports.
        rate: calls a second at each moment.
        most_per_s: a bound of it.
        length_s: of the traffic.
        seed: of everything that is random.

    Raises:
        ValueError: the rate exceeds its bound.
    """
    chance = random.Random(seed)
    calls: list[Call] = []
    at_s = 0.0
    while (at_s := at_s + chance.expovariate(most_per_s)) < length_s:
        now = rate(at_s)
        if now > most_per_s * (1 + 1e-9):
            raise ValueError(f"{name}: {now:g} calls a second at {at_s:g} s; the bound is {most_per_s:g}.")
        if chance.random() < now / most_per_s:
            calls.append(Call(at_s, speech_length_s(chance)))
    return Traffic(name, tuple(calls), length_s)


def speech_length_s(chance: random.Random) -> float:
    """How long somebody speaks: log-normal, bounded."""
    return min(max(chance.lognormvariate(math.log(MEDIAN_CALL_S), SPREAD), SHORTEST_S), LONGEST_S)


def mean_call_s() -> float:
    """Mean length of a call (without its bounds), seconds."""
    return MEDIAN_CALL_S * math.exp(SPREAD**2 / 2)


def daily(peak_sessions: float, *, seed: int) -> Traffic:
    """A working day: few at night, most at ten and at three."""

    def shape(at_s: float) -> float:
        hour = at_s / HOUR_S
        bumps = math.exp(-(((hour - 10) / 1.8) ** 2)) + 0.9 * math.exp(-(((hour - 15) / 1.8) ** 2))
        return 0.04 + 0.96 * min(1.0, bumps)

    most = peak_sessions / mean_call_s()
    return poisson("daily", lambda at_s: most * shape(at_s), most_per_s=most, length_s=24 * HOUR_S, seed=seed)


def ramp(peak_sessions: float, *, seed: int) -> Traffic:
    """An hour from nothing to the peak, an hour of it, half an hour back."""
    most = peak_sessions / mean_call_s()

    def rate(at_s: float) -> float:
        hour = at_s / HOUR_S
        return most * min(1.0, hour, max(0.0, (2.5 - hour) / 0.5) if hour > 2 else 1.0)

    return poisson("ramp", rate, most_per_s=most, length_s=3 * HOUR_S, seed=seed)


def spikes(peak_sessions: float, *, seed: int) -> Traffic:
    """A tenth of the peak, and three times in four hours five minutes in which as many call as make the peak."""
    base = 0.1 * peak_sessions / mean_call_s()
    burst = 0.9 * peak_sessions / 300.0

    def rate(at_s: float) -> float:
        return base + (burst if at_s % HOUR_S < 300.0 and at_s >= HOUR_S else 0.0)

    return poisson("spikes", rate, most_per_s=base + burst, length_s=4 * HOUR_S, seed=seed)


def recorded(path: Path, *, times: float, stretch: float, seed: int) -> Traffic:
    """Calls as a server counted them (see :mod:`loadtests.autoscaling.recording`), more of them and over a longer time.

    Args:
        path: CSV with ``at_s`` and ``calls`` (that came since the line before).
        times: calls for each that was recorded, on average.
        stretch: seconds for each second of the recording.
        seed: of the calls' moments within a line and of their lengths.

    Raises:
        ValueError: the file has no such columns, or times or stretch are not above 0, or nobody called.
    """
    if times <= 0 or stretch <= 0:
        raise ValueError(f"times is {times:g} and stretch {stretch:g}; both must be above 0.")
    chance = random.Random(seed)
    calls: list[Call] = []
    before_s = 0.0
    for at_s, count in _lines(path):
        whole, rest = divmod(count * times, 1)
        calls += [
            Call(chance.uniform(before_s, at_s) * stretch, speech_length_s(chance))
            for _ in range(int(whole) + (chance.random() < rest))
        ]
        before_s = at_s
    if not calls:
        raise ValueError(f"{path.name} has no calls; record a server while somebody calls it.")
    return Traffic("recorded", tuple(sorted(calls, key=lambda call: call.at_s)), before_s * stretch)


def _lines(path: Path) -> Sequence[tuple[float, float]]:
    with path.open(newline="", encoding="utf-8") as file:
        try:
            return [(float(line["at_s"]), float(line["calls"])) for line in csv.DictReader(file)]
        except (KeyError, ValueError) as error:
            raise ValueError(f"{path.name} is no recording: every line needs the numbers at_s and calls.") from error
