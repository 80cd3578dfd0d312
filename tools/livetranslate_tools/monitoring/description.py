"""What a monitoring is made of: recording rules, alerts, panels and dashboards, before any tool's own format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How soon a person is needed."""

    CRITICAL = "critical"  # callers get nothing or lose something now: wake somebody
    WARNING = "warning"  # callers feel it, or soon will: look today


class PanelKind(str, Enum):
    """Grafana's panels that are used; the values are its plugin names."""

    GRAPH = "timeseries"
    NUMBER = "stat"
    TABLE = "table"


@dataclass(frozen=True)
class Recording:
    """A recording rule.

    Attributes:
        name: ``level:metric:operations``, Prometheus' convention.
        expression: PromQL.
        help: what its value says, one sentence, with its unit.
    """

    name: str
    expression: str
    help: str


@dataclass(frozen=True)
class Alert:
    """An alert.

    Attributes:
        name: CamelCase; its runbook is ``docs/runbooks/<name>.md``.
        expression: PromQL; every series it returns is an alert.
        hold: how long it must hold (``5m``) before anybody is told.
        severity: how soon a person is needed.
        summary: one line, with the labels that say where.
        description: what it means for callers.
        reason: why the threshold and the time are what they are.
    """

    name: str
    expression: str
    hold: str
    severity: Severity
    summary: str
    description: str
    reason: str


@dataclass(frozen=True)
class Query:
    """One query of a panel.

    Attributes:
        expression: PromQL; ``$instance``, ``$version`` and ``$model`` are the dashboard's variables.
        legend: Grafana's template for the series' names.
    """

    expression: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes:
        title: what is seen.
        queries: what is asked.
        unit: Grafana's name of the unit: ``s``, ``percentunit``, ``short`` …
        kind: how it is drawn.
        note: what to know beside the help of its metrics.
        steps: values from which it is yellow and red; empty for no colours.
        empty_because: why a healthy server may have no data for it; empty when it always has.
    """

    title: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: PanelKind = PanelKind.GRAPH
    note: str = ""
    steps: tuple[float, ...] = ()
    empty_because: str = ""


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Dashboard:
    """One dashboard.

    Attributes:
        uid: its name in URLs and files.
        title: its name for people.
        description: which question it answers.
        rows: from top to bottom.
    """

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in order."""
        return tuple(panel for row in self.rows for panel in row.panels)
