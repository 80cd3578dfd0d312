"""A real Prometheus scrapes the real server while somebody speaks: then every panel has data, and `top` figures."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.integration.raw_session import RawSession, jfk_pcm
from typer.testing import CliRunner

from livetranslate.protocol import TranslationFinal
from livetranslate_tools.cli import register
from livetranslate_tools.monitoring import folder
from livetranslate_tools.monitoring.dashboards import DASHBOARDS
from livetranslate_tools.monitoring.description import Panel
from livetranslate_tools.monitoring.known_metrics import KNOWN
from livetranslate_tools.monitoring.recordings import RECORDINGS
from livetranslate_tools.monitoring.settings import MonitoringSettings
from livetranslate_tools.serving.prepare import free_ports

pytestmark = pytest.mark.integration

TEN_SECONDS = 16_000 * 2 * 10
EVERYTHING = {"$instance": ".*", "$version": ".*", "$model": ".*"}
PANELS = [
    pytest.param(panel, id=f"{board.uid.removeprefix('livetranslate-')}: {panel.title}")
    for board in DASHBOARDS
    for panel in board.panels
]


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus that has scraped a session."""

    url: str

    def get(self, what: str, **query: str) -> Any:
        address = f"{self.url}/api/v1/{what}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            pytest.fail(f"{what} {query}: {error.read().decode()}", pytrace=False)

    def values(self, expression: str) -> list[float]:
        """The values of an instant query that are numbers."""
        found = [float(series["value"][1]) for series in self.get("query", query=expression)["result"]]
        return [value for value in found if value == value]  # not NaN


@pytest.fixture(scope="module")
def prometheus(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    program = shutil.which("prometheus")
    if program is None:
        pytest.fail("prometheus is not there: apt-get install --no-install-recommends prometheus", pytrace=False)
    where = tmp_path_factory.mktemp("prometheus")
    target = server.metrics_url.removeprefix("http://").removesuffix("/metrics")
    folder.write(where, MonitoringSettings(targets=(target,), interval="1s"))
    address = f"127.0.0.1:{free_ports().metrics}"
    log = where / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={where / 'prometheus' / 'prometheus.yml'}",
                f"--storage.tsdb.path={where / 'data'}",
                f"--web.listen-address={address}",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        found = Prometheus(f"http://{address}")
        wait_until_it_scrapes(found, process, log)
        say_nothing(server.grpc_url)
        wait_until_it_has_seen_the_end(found, sessions=1)
        speak(server.grpc_url)
        wait_until_it_has_seen_the_end(found, sessions=2)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_it_scrapes(prometheus: Prometheus, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            pytest.fail(f"Prometheus ended:\n{log.read_text()}", pytrace=False)
        try:
            if prometheus.values('up{job="livetranslate"} == 1'):
                return
        except OSError:
            pass
        time.sleep(0.5)
    pytest.fail(f"Prometheus did not scrape the server within 60 s:\n{log.read_text()}", pytrace=False)


def say_nothing(grpc_url: str) -> None:
    """A session before, so that there are counters of sessions, which can grow."""
    with RawSession(grpc_url) as session:
        session.start(source="en").end().wait()


def speak(grpc_url: str) -> None:
    """One live session with a translation: the same speech three times, each sent when the last one is captioned.

    A rate needs a counter to grow between two scrapes, and a counter is there from its first event on.
    """
    with RawSession(grpc_url) as session:
        session.start(source="en", targets=["es"])
        for _ in range(3):
            session.stream(jfk_pcm()).stream(bytes(TEN_SECONDS // 5))
            session.wait(until=TranslationFinal)
            time.sleep(2.5)  # two scrapes
        session.end().wait()


def wait_until_it_has_seen_the_end(prometheus: Prometheus, *, sessions: int) -> None:
    """So many sessions are over, those of other tests included."""
    seen = f'livetranslate_sessions_ended_total{{outcome="DONE"}} >= {sessions}'
    deadline_s = time.monotonic() + 60
    while not prometheus.values(seen) and time.monotonic() < deadline_s:
        time.sleep(0.5)
    time.sleep(3)  # the rules are evaluated of that scrape


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_has_data_or_says_why_not(panel: Panel, prometheus):
    empty = [query.expression for query in panel.queries if not prometheus.values(of_everything(query.expression))]
    assert panel.empty_because or not empty


def of_everything(expression: str) -> str:
    for variable, value in EVERYTHING.items():
        expression = expression.replace(variable, value)
    assert "$" not in expression
    return expression


def test_every_recording_has_a_value(prometheus):
    assert [recording.name for recording in RECORDINGS if not prometheus.values(recording.name)] == []


def test_rules_are_evaluated_without_an_error_and_a_healthy_server_raises_no_alert(prometheus):
    groups = prometheus.get("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) > len(RECORDINGS)
    assert {rule["name"]: rule.get("lastError") for rule in rules if rule["health"] != "ok"} == {}
    assert [rule["name"] for rule in rules if rule.get("state") == "firing"] == []


def test_every_series_that_a_panel_may_ask_for_has_the_labels_of_the_catalogue(prometheus):
    series = prometheus.get("series", **{"match[]": '{__name__=~"(livetranslate|ml|nv|vllm)_.+|vllm:.+"}'})
    wrong = {}
    for labels in series:
        metric = KNOWN.get(re.sub(r"_(bucket|sum|count)$", "", labels["__name__"])) or KNOWN.get(labels["__name__"])
        has = set(labels) - {"__name__", "job", "instance", "le"}
        if metric is not None and has != set(metric.labels):
            wrong[labels["__name__"]] = (sorted(has), sorted(metric.labels))
    assert wrong == {}


def test_top_shows_the_session(server, prometheus):
    app = typer.Typer()
    register(app)
    answer = CliRunner().invoke(app, ["top", "--once", "--json", "--url", server.metrics_url])
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.stdout)
    assert figures["sessions_ended"]["DONE"] >= 1
    assert figures["word_delay_p50_s"] <= figures["word_delay_p95_s"]
    assert figures["translations"]["es TRANSLATED"] >= 3
    assert {model["model"]: model["device"] for model in figures["models"]}["whisper"] == "CPU"
    shown = CliRunner().invoke(app, ["top", "--once", "--state-dir", str(server.state)])
    assert shown.exit_code == 0
    assert server.metrics_url in shown.output
    assert "word delay" in shown.output
