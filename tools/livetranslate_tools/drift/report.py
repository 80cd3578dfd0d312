"""A page for people: what drifts, how far, and both distributions drawn. One file, nothing to load from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from livetranslate_tools.drift import charts, durations
from livetranslate_tools.drift.judging import Judge, Judgement, Verdict
from livetranslate_tools.drift.reference import Reference, replace
from livetranslate_tools.drift.signals import SIGNALS, Kind, Signal
from livetranslate_tools.drift.sustained import DriftState
from livetranslate_tools.drift.window import Window, pooled

SHOWN_WINDOWS = 200
"""Of the reference, in the course of a ratio."""


@dataclass(frozen=True)
class Section:
    """One signal of the page."""

    signal: Signal
    judgements: tuple[Judgement, ...]
    state: str
    bars: charts.BarChart | None
    course: charts.ControlChart | None

    @property
    def last(self) -> Judgement:
        """In the last window."""
        return self.judgements[-1]


def render(reference: Reference, windows: Sequence[Window], *, in_a_row: int, significance: float) -> str:
    """The page as HTML.

    Args:
        reference: what is usual.
        windows: the present, oldest first, at least one.
        in_a_row: windows that make drift.
        significance: of one signal in one window.

    Raises:
        DriftError: the windows' buckets are not the reference's.
    """
    judge, state = Judge(reference, significance=significance), DriftState(in_a_row)
    judged = [judge.judge(window) for window in windows]
    for judgements in judged:
        state.add(judgements)
    sections = [
        _section(signal, reference, windows, tuple(one[number] for one in judged), state)
        for number, signal in enumerate(SIGNALS)
    ]
    environment = Environment(
        loader=PackageLoader("livetranslate_tools.drift", "."), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("report.html.j2").render(
        sections=sections,
        drifted=[section for section in sections if section.state == "drift"],
        in_a_row=in_a_row,
        significance=significance,
        size=charts,
        window=durations.text(reference.window_s),
        usual_from=_utc(reference.windows[0].start_s),
        usual_to=_utc(reference.windows[-1].end_s),
        usual_count=len(reference.windows),
        now_from=_utc(windows[0].start_s),
        now_to=_utc(windows[-1].end_s),
        now_count=len(windows),
    )


def write(file: Path, page: str) -> None:
    """Puts the page in place, whole.

    Raises:
        DriftError: it cannot be written.
    """
    replace(file, page.encode())


def _section(
    signal: Signal,
    reference: Reference,
    windows: Sequence[Window],
    judgements: tuple[Judgement, ...],
    state: DriftState,
) -> Section:
    usual = reference.usable(signal)
    present = [window for window in windows if window.observations(signal) > 0]
    drawable = bool(usual and present)
    bars = course = None
    if drawable and signal.kind is Kind.RATIO:
        values = [_value(signal, window) for window in usual[-SHOWN_WINDOWS:]]
        limits = next((one.limits for one in reversed(judgements) if one.limits), None)
        course = charts.ControlChart.of(values, [_value(signal, window) for window in present], limits)
    elif drawable:
        both = [pooled(some).counts[signal.name] for some in (usual, present)]
        bars = charts.BarChart.of(both[0], both[1], are_buckets=signal.kind is Kind.SHAPE)
    return Section(signal, judgements, _state(signal, judgements, state), bars, course)


def _state(signal: Signal, judgements: tuple[Judgement, ...], state: DriftState) -> str:
    if signal.name in state.drifted:
        return "drift"
    return judgements[-1].verdict.value if judgements[-1].verdict is not Verdict.USUAL else "usual"


def _value(signal: Signal, window: Window) -> float:
    numerator, denominator = window.sums[signal.name]
    return numerator / denominator


def _utc(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, timezone.utc):%Y-%m-%d %H:%M} UTC"
