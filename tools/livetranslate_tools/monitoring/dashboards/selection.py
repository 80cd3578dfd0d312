"""What the dashboards' variables select, and panels in short."""

from __future__ import annotations

from livetranslate_tools.monitoring.description import Panel, PanelKind, Query

OF_SERVER = 'instance=~"$instance"'
OF_VERSION = f'{OF_SERVER},version=~"$version"'
OF_MODEL = f'{OF_VERSION},model=~"$model"'


def graph(title: str, *queries: tuple[str, str], unit: str = "short", note: str = "", empty_because: str = "") -> Panel:
    """Lines over time; each query is an expression and its legend."""
    return Panel(title, tuple(Query(*query) for query in queries), unit, note=note, empty_because=empty_because)


def number(title: str, expression: str, *, unit: str = "short", steps: tuple[float, ...] = (), note: str = "") -> Panel:
    """One large figure, yellow and red from the steps on."""
    return Panel(title, (Query(expression),), unit, PanelKind.NUMBER, note, steps)


def table(title: str, expression: str, *, unit: str = "short", note: str = "") -> Panel:
    """One row a series."""
    return Panel(title, (Query(expression),), unit, PanelKind.TABLE, note)


def or_zero(expression: str) -> str:
    """The expression, 0 where nothing was counted yet."""
    return f"({expression}) or on () vector(0)"
