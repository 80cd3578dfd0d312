"""What a rule is shown and what it must say of it; series are in promtool's notation, one value a minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Given = Mapping[str, str]
SERVER = 'job="livetranslate",instance="a:8002"'


@dataclass(frozen=True)
class AlertCase:
    """One alert, made to fire and kept quiet.

    Attributes:
        firing: series of which it fires.
        quiet: series near the threshold of which it does not.
        labels: of the alert that fires, beside job and severity.
        value: the value in its sentences, as Prometheus writes it.
        at: when it is looked at.
    """

    firing: Given
    quiet: Given
    labels: Mapping[str, str]
    value: str = ""
    at: str = "30m"
    job: Mapping[str, str] = field(default_factory=lambda: {"job": "livetranslate"})


@dataclass(frozen=True)
class RecordingCase:
    """One recording rule.

    Attributes:
        given: series of which it has a value.
        labels: of that value.
        value: it, to a thousandth.
        quiet: series of which it has ``quiet_value``.
        quiet_value: None where it has no value then.
    """

    given: Given
    labels: Mapping[str, str]
    value: float
    quiet: Given
    quiet_value: float | None = None


def counter(name: str, labels: str, per_minute: float) -> Given:
    """A counter of one server that grows steadily for an hour."""
    return {f"{name}{{{SERVER},{labels}}}": f"0+{per_minute:g}x60"}


def gauge(name: str, labels: str, value: float) -> Given:
    """A gauge of one server that stays as it is for an hour."""
    return {f"{name}{{{SERVER}{',' if labels else ''}{labels}}}": f"{value:g}+0x60"}


def histogram(name: str, labels: str, per_minute: Mapping[str, float]) -> Given:
    """A histogram of one server: bound -> how many a minute fall into its bucket, for an hour."""
    series: dict[str, str] = {}
    below = 0.0
    for bound, count in per_minute.items():
        below += count
        series[f'{name}_bucket{{{SERVER},{labels},le="{bound}"}}'] = f"0+{below:g}x60"
    series[f"{name}_count{{{SERVER},{labels}}}"] = f"0+{below:g}x60"
    return series
