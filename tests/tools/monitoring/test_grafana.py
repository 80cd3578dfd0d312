"""Dashboards in the form that Grafana's schema 39 asks for."""

from __future__ import annotations

import json
import re
from itertools import combinations

import pytest

from livetranslate_tools.monitoring import grafana
from livetranslate_tools.monitoring.dashboards import DASHBOARDS
from livetranslate_tools.monitoring.settings import MonitoringSettings

BOARDS = {board.uid: grafana.dashboard(board) for board in DASHBOARDS}
KINDS = {"row", "stat", "table", "timeseries"}
# Units of Grafana that the panels use: https://github.com/grafana/grafana, packages/grafana-data, valueFormats.
UNITS = {"short", "s", "percentunit", "bytes", "reqps", "ops", "dB"}


@pytest.fixture(params=BOARDS)
def board(request):
    return json.loads(json.dumps(BOARDS[request.param]))


def panels(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def test_a_dashboard_has_what_grafana_imports(board):
    assert board["schemaVersion"] >= 39
    assert re.fullmatch(r"[a-z-]{1,40}", board["uid"])
    assert {panel["type"] for panel in board["panels"]} <= KINDS
    ids = [panel["id"] for panel in board["panels"]]
    assert sorted(ids) == sorted(set(ids))


def test_panels_stand_side_by_side_and_not_on_one_another(board):
    places = [panel["gridPos"] for panel in board["panels"]]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places)
    for a, b in combinations(places, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        below = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or below, (a, b)


def test_each_panel_asks_the_chosen_data_source_and_says_what_it_shows(board):
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    assert set(variables) == {"datasource", "instance", "version", "model"}
    assert variables["datasource"]["type"] == "datasource"
    for panel in panels(board):
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        assert panel["targets"]
        assert panel["description"] or panel["title"] == "Alerts firing"
        for target in panel["targets"]:
            assert target["instant"] is not target["range"]
            assert set(re.findall(r"\$(\w+)", target["expr"])) <= set(variables)
        references = [target["refId"] for target in panel["targets"]]
        assert sorted(references) == sorted(set(references))


def test_a_description_says_what_to_do_when_the_metric_moves():
    panel = next(panel for panel in panels(BOARDS["livetranslate-sessions"]) if panel["title"] == "Word delay")
    assert "Time from a word's end in the audio that came in to the event that promises it." in panel["description"]
    assert "Up with audio_waiting: overload." in panel["description"]


def test_a_panel_on_a_recording_explains_the_metrics_behind_it():
    panel = next(panel for panel in panels(BOARDS["livetranslate-sessions"]) if panel["title"] == "Share of speech")
    assert "Share of the audio that is speech." in panel["description"]
    assert "Audio of finished utterances." in panel["description"]


def test_a_panel_that_may_be_empty_says_so():
    panel = next(panel for panel in panels(BOARDS["livetranslate-fleet"]) if panel["title"] == "GPU busy")
    assert "It may be empty: Triton reports it with NVIDIA GPUs only." in panel["description"]


def test_colours_begin_with_the_lowest_value():
    for board in BOARDS.values():
        for panel in panels(board):
            steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
            values = [step["value"] for step in steps[1:]]
            assert steps[0]["value"] is None
            assert values == sorted(values)


def test_data_sources_are_where_the_settings_say():
    sources = grafana.data_sources(MonitoringSettings(prometheus="http://p:9090", loki="http://l:3100"))["datasources"]
    assert {source["type"]: source["url"] for source in sources} == {
        "prometheus": "http://p:9090",
        "loki": "http://l:3100",
    }
    assert [source["type"] for source in sources if source.get("isDefault")] == ["prometheus"]
