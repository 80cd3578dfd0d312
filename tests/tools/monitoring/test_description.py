"""The description asks only for what is reported, and shows everything that is."""

from __future__ import annotations

import re

import pytest

from livetranslate.protocol.metric_catalogue import CATALOGUE
from livetranslate_tools.monitoring.alerts import alerts
from livetranslate_tools.monitoring.dashboards import DASHBOARDS
from livetranslate_tools.monitoring.foreign_metrics import FOREIGN
from livetranslate_tools.monitoring.known_metrics import metric_of, names_in
from livetranslate_tools.monitoring.queries import OUR_CODES
from livetranslate_tools.monitoring.recordings import BY_NAME, RECORDINGS

ALERTS = alerts({"whisper": "GPU"})
EXPRESSIONS = {
    **{f"alert {alert.name}": alert.expression for alert in ALERTS},
    **{f"recording {recording.name}": recording.expression for recording in RECORDINGS},
    **{
        f"{board.uid}, {panel.title}, {number}": query.expression
        for board in DASHBOARDS
        for panel in board.panels
        for number, query in enumerate(panel.queries)
    },
}
SELECTOR = re.compile(r"([\w:]+)\{([^}]*)\}")
LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
GROUPED = re.compile(r"\b(?:by|on) \(([^)]*)\)")
OF_TARGETS = {"job", "instance", "le"}


def metrics_asked_for(expression: str) -> set[str]:
    """Names of the metrics behind an expression, those of its recordings included."""
    found = set()
    for name in names_in(expression):
        metric = metric_of(name)
        if name in BY_NAME:
            found |= metrics_asked_for(BY_NAME[name].expression)
        elif metric is not None:
            found.add(metric.name)
    return found


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_an_expression_asks_for_what_is_reported(where):
    expression = EXPRESSIONS[where]
    names = names_in(expression)
    assert [name for name in names if name not in BY_NAME and metric_of(name) is None] == []
    assert names or "ALERTS" in expression


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_an_expression_selects_and_groups_by_labels_that_are_there(where):
    expression = EXPRESSIONS[where]
    wrong = {}
    for name, selector in SELECTOR.findall(expression):
        metric = metric_of(name)
        has = OF_TARGETS | (set(metric.labels) if metric else {"alertstate", "model", "version"})
        if unknown := set(LABEL.findall(selector)) - has:
            wrong[name] = unknown
    there = OF_TARGETS | {label for name in metrics_asked_for(expression) for label in metric_of(name).labels}
    grouped = {label.strip() for labels in GROUPED.findall(expression) for label in labels.split(",") if label.strip()}
    assert wrong == {}
    assert grouped <= there


def test_every_metric_is_on_a_dashboard():
    shown = set()
    for where, expression in EXPRESSIONS.items():
        if where.startswith("livetranslate-"):
            shown |= metrics_asked_for(expression)
    assert {metric.name for metric in (*CATALOGUE, *FOREIGN)} - shown == set()


def test_every_recording_is_asked_for():
    asked = {name for expression in EXPRESSIONS.values() for name in names_in(expression)}
    assert {recording.name for recording in RECORDINGS} - asked == set()


def test_names_are_there_once():
    for names in (
        [alert.name for alert in ALERTS],
        [recording.name for recording in RECORDINGS],
        [board.uid for board in DASHBOARDS],
        [metric.name for metric in FOREIGN],
    ):
        assert sorted(names) == sorted(set(names))
    for row in (row for board in DASHBOARDS for row in board.rows):
        titles = [panel.title for panel in row.panels]
        assert sorted(titles) == sorted(set(titles))


def test_errors_of_callers_are_not_ours():
    ours = set(OUR_CODES.split("|"))
    assert {"INTERNAL", "MODEL_UNAVAILABLE", "TRANSCRIPTION_FAILED", "TRANSLATION_FAILED"} <= ours
    assert not ours & {"OPTION_INVALID", "AUDIO_EMPTY", "SESSION_IDLE", "SESSION_CANCELLED", "QUOTA_EXCEEDED"}


def test_an_alert_says_everything_that_a_person_needs():
    for alert in ALERTS:
        assert re.fullmatch(r"\d+m", alert.hold), alert.name
        assert "{{" in alert.summary, alert.name
        assert alert.description.endswith("."), alert.name
        assert len(alert.reason) > 40, alert.name
