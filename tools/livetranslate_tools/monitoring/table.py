"""The tables of docs/metrics.md, between their marks; the words around them are written by hand."""

from __future__ import annotations

from collections.abc import Iterable

from livetranslate.protocol.metric_catalogue import CATALOGUE, Metric
from livetranslate_tools.monitoring.alerts import alerts
from livetranslate_tools.monitoring.foreign_metrics import DRIFT, OF_PROMETHEUS, TRITON, VLLM
from livetranslate_tools.monitoring.known_metrics import KNOWN
from livetranslate_tools.monitoring.recordings import RECORDINGS
from livetranslate_tools.monitoring.settings import MonitoringError

_OWN = {metric.name for metric in CATALOGUE}
_OTHERS = tuple(KNOWN[metric.name] for metric in (*OF_PROMETHEUS, *DRIFT) if metric.name not in _OWN)


def metrics_page(page: str) -> str:
    """The page with its tables made anew.

    Raises:
        MonitoringError: a mark is missing.
    """
    tables = {
        "own": _metrics(CATALOGUE),
        "triton": _metrics(TRITON),
        "vllm": _metrics(VLLM),
        "others": _metrics(_OTHERS),
        "recordings": _recordings(),
    }
    for name, table in tables.items():
        page = _filled(page, name, table)
    return page


def alerts_page(page: str) -> str:
    """The page on monitoring with its table of alerts made anew.

    Raises:
        MonitoringError: a mark is missing.
    """
    head = ("| alert | severity | tells when | for | why this threshold |", "| --- | --- | --- | --- | --- |")
    rows = (
        f"| [{alert.name}](runbooks/{alert.name}.md) | {alert.severity.value} | `{_cell(alert.expression)}` "
        f"| {alert.hold} | {_cell(alert.reason)} |"
        for alert in alerts()
    )
    return _filled(page, "alerts", "\n".join((*head, *rows)))


def _metrics(metrics: Iterable[Metric]) -> str:
    head = ("| name | type | labels | unit | what it says | when it moves |", "| --- | --- | --- | --- | --- | --- |")
    rows = (
        f"| `{metric.name}` | {metric.kind.value.lower()} | {', '.join(metric.labels) or '–'} | {metric.unit or '–'} "
        f"| {_cell(metric.help)} | {_cell(metric.action)} |"
        for metric in metrics
    )
    return "\n".join((*head, *rows))


def _recordings() -> str:
    head = ("| name | what it says |", "| --- | --- |")
    return "\n".join((*head, *(f"| `{recording.name}` | {_cell(recording.help)} |" for recording in RECORDINGS)))


def _filled(page: str, name: str, table: str) -> str:
    begin, end = f"<!-- {name}: made by livetranslate monitoring table -->", f"<!-- end of {name} -->"
    before, begin_found, rest = page.partition(begin)
    _, end_found, after = rest.partition(end)
    if not (begin_found and end_found):
        raise MonitoringError(f"The page lacks the marks {begin!r} and {end!r}; put them where the table belongs.")
    return f"{before}{begin}\n{table}\n{end}{after}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
