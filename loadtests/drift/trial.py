"""The detector of the product on simulated services: how often it is wrong, and how long it takes to be right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from livetranslate_tools.drift.divergence import aligned_buckets
from livetranslate_tools.drift.judging import Judge, Verdict
from livetranslate_tools.drift.reference import Reference
from livetranslate_tools.drift.signals import SIGNALS, Kind
from livetranslate_tools.drift.sustained import DriftState
from livetranslate_tools.drift.window import Window, pooled
from loadtests.drift.naive import PSI_ALARM, chi_square_p, population_stability_index
from loadtests.drift.service import Random, Voice, changing, windows_of

Choice = Callable[[Random, float], Voice]


@dataclass
class Undisturbed:
    """What was said of windows in which nothing happened.

    Attributes:
        windows: how many.
        judged: windows in which a signal was judged, by signal.
        shifted: of these, called shifted, by signal.
        alarms: drifts that began, by signal.
        drifting: windows in which any signal drifted.
        naive: windows that the usual ways would call shifted, by way and signal.
    """

    windows: int = 0
    judged: Counter[str] = field(default_factory=Counter)
    shifted: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    drifting: int = 0
    naive: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, other: Undisturbed) -> None:
        """Counts another stretch too."""
        self.windows += other.windows
        self.drifting += other.drifting
        self.judged += other.judged
        self.shifted += other.shifted
        self.alarms += other.alarms
        for way, by_signal in other.naive.items():
            self.naive[way] += by_signal

    def row(self) -> dict[str, object]:
        """For a report."""
        return {
            "windows": self.windows,
            "windows_with_drift": self.drifting,
            "judged": dict(self.judged),
            "shifted": dict(self.shifted),
            "alarms": dict(self.alarms),
            "naive": {way: dict(by_signal) for way, by_signal in self.naive.items()},
        }


@dataclass
class Disturbed:
    """Runs of one disturbance.

    Attributes:
        runs: how many.
        delays: windows from the disturbance's beginning until a signal drifts, by signal, one a run that saw it.
        first: the same for whichever signal was first.
    """

    runs: int = 0
    delays: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    first: list[int] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """For a report."""
        return {
            "runs": self.runs,
            "found": len(self.first),
            "median_windows": median(self.first) if self.first else None,
            "slowest_windows": max(self.first) if self.first else None,
            "by_signal": {name: {"found": len(some), "median": median(some)} for name, some in self.delays.items()},
        }


def watch_undisturbed(reference: Reference, windows: Sequence[Window], *, in_a_row: int) -> Undisturbed:
    """Judges windows in which nothing happens."""
    found, judge, state = Undisturbed(len(windows)), Judge(reference), DriftState(in_a_row)
    everything = pooled(reference.windows)
    for window in windows:
        judgements = judge.judge(window)
        found.alarms.update(state.add(judgements))
        found.drifting += bool(state.drifted)
        found.judged.update(one.signal for one in judgements if one.verdict is not Verdict.UNJUDGED)
        found.shifted.update(one.signal for one in judgements if one.verdict is Verdict.SHIFTED)
        for signal, judgement in zip(SIGNALS, judgements, strict=True):
            if signal.kind is Kind.SHAPE and judgement.verdict is not Verdict.UNJUDGED:
                both = aligned_buckets(window.counts[signal.name], everything.counts[signal.name])
                found.naive["chi-square, p < 0.01"][signal.name] += chi_square_p(*both) < 0.01
                found.naive[f"PSI > {PSI_ALARM}"][signal.name] += population_stability_index(*both) > PSI_ALARM
    return found


def watch_disturbed(
    judge: Judge,
    usual: Choice,
    disturbed: Choice,
    *,
    share: float,
    sessions: float,
    runs: int,
    window_s: float,
    in_a_row: int,
    patience: int,
    seed: Sequence[int],
) -> Disturbed:
    """Disturbs a share of a service's sessions at a random time of its first day, again and again.

    Args:
        judge: of the service as it was.
        usual: its voices.
        disturbed: the voices of the sessions that are hit.
        share: of the sessions that is.
        sessions: open at once on average.
        runs: how many.
        window_s: length of a window.
        in_a_row: windows that make drift.
        patience: windows after which a run counts as not found.
        seed: of all chance.
    """
    found = Disturbed(runs)
    day = round(86_400 / window_s)
    for run in range(runs):
        random = np.random.default_rng([*seed, run])
        begin = int(random.integers(in_a_row, day))
        choose = changing(usual, disturbed, at_s=begin * window_s, share=share)
        windows = windows_of(choose, count=begin + patience, window_s=window_s, sessions=sessions, random=random)
        state, seen = DriftState(in_a_row), set[str]()
        for number, window in enumerate(windows[begin - in_a_row :], start=1 - in_a_row):
            for name in state.add(judge.judge(window)):
                if number > 0 and name not in seen:
                    if not seen:
                        found.first.append(number)
                    seen.add(name)
                    found.delays[name].append(number)
    return found
