"""The commands as an operator runs them, against an endpoint over real HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from tests.tools.drift.conftest import Endpoint
from tests.tools.drift.services import in_sessions

from livetranslate.cli.application import run
from livetranslate_tools.cli import drift as commands
from livetranslate_tools.drift import endpoint as endpoint_module


@pytest.fixture
def service(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """Six sessions are heard while a command waits for the next window, which therefore need not last."""
    random = np.random.default_rng(5)

    class Quick(endpoint_module.MetricsEndpoint):
        def __init__(self, url: str, *, window_s: float) -> None:
            super().__init__(url, window_s=window_s, sleep=self.hear)

        def hear(self, _seconds: float) -> None:
            if endpoint.utterances:
                endpoint.service.hear(in_sessions(random, 6, endpoint.utterances, mean=endpoint.mean))

    monkeypatch.setattr(commands, "MetricsEndpoint", Quick)
    return endpoint


def save(service: Endpoint, file: Path) -> int:
    return run(["drift", "reference", "save", str(file), "--url", service.url, "--reference", "30m", "--window", "1m"])


@pytest.fixture
def usual(service: Endpoint, tmp_path: Path) -> Path:
    assert save(service, tmp_path / "usual.json") == 0
    return tmp_path / "usual.json"


def check(service: Endpoint, usual: Path, *more: str) -> int:
    return run(["drift", "check", "--reference", str(usual), "--url", service.url, *more])


def test_a_reference_of_counts_is_saved(service: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert save(service, tmp_path / "usual.json") == 0
    document = json.loads((tmp_path / "usual.json").read_text())
    assert (len(document["windows"]), document["window_s"], service.pages) == (30, 60.0, 31)
    assert "speech_level: 30 of 30 windows are usable" in capsys.readouterr().err


def test_the_exit_code_says_whether_there_is_drift(
    service: Endpoint, usual: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(service, usual) == commands.NO_DRIFT
    assert re.search(r"speech_level +usual", capsys.readouterr().out)
    service.mean = -45.0
    assert check(service, usual) == commands.DRIFT
    assert re.search(r"speech_level +drift", capsys.readouterr().out)
    service.utterances = 0
    assert check(service, usual) == commands.UNKNOWN
    assert "No signal could be judged" in capsys.readouterr().err


def test_json_has_every_signal(service: Endpoint, usual: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service.mean = -45.0
    assert check(service, usual, "--json", "--in-a-row", "2") == commands.DRIFT
    document = json.loads(capsys.readouterr().out)
    assert document["drifted"] == ["speech_level"]
    level = next(one for one in document["signals"] if one["signal"] == "speech_level")
    assert level["verdict"] == "shifted"
    assert level["score"] > 0.3
    assert level["observations"] == 90
    assert 1 < level["effective"] < 45


def test_what_cannot_be_judged_is_told_in_a_sentence(
    service: Endpoint, usual: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.is_away = True
    assert check(service, usual) == commands.UNKNOWN
    assert check(service, tmp_path / "none.json") == commands.UNKNOWN
    assert run(["drift", "check", "--reference", "7d"]) == commands.UNKNOWN
    said = capsys.readouterr().err
    assert "gives no metrics" in said
    assert "cannot be read" in said
    assert "--prometheus" in said


def test_a_page_is_written(service: Endpoint, usual: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    arguments = ["drift", "report", "--html", str(page), "--reference", str(usual), "--url", service.url]
    service.mean = -45.0
    assert run(arguments) == 0
    assert "Drift: Level of speech" in page.read_text()


def test_watch_goes_on_and_writes_gauges(
    service: Endpoint, usual: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, windows = tmp_path / "drift.prom", []
    write = commands.gauges.write

    def writes(to: Path, text: str) -> None:
        write(to, text)
        windows.append(text)
        if len(windows) == 5:
            service.mean = -45.0
        if len(windows) == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(commands.gauges, "write", writes)
    arguments = [
        "--reference",
        str(usual),
        "--url",
        service.url,
        "--metrics-file",
        str(file),
        "--listen",
        "127.0.0.1:0",
    ]
    assert run(["drift", "watch", *arguments]) == 130
    detected = ['livetranslate_drift_detected{signal="speech_level"} 1' in text for text in windows]
    assert detected == [False] * 7 + [True] * 3
    assert file.read_text() == windows[-1]
    said = capsys.readouterr().err
    assert "Gauges at http://127.0.0.1:" in said
    assert "Drift of speech_level. A shift of 10 dB or more" in said
