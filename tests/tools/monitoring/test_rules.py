"""Every rule fires when it must and is silent when it must be: promtool says so, of the files that are written."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.tools.monitoring.alert_cases import ALERT_CASES
from tests.tools.monitoring.recording_cases import RECORDING_CASES
from tests.tools.monitoring.rule_cases import AlertCase, Given, RecordingCase

from livetranslate_tools.monitoring import folder
from livetranslate_tools.monitoring.alerts import alerts
from livetranslate_tools.monitoring.description import Alert
from livetranslate_tools.monitoring.prometheus import told
from livetranslate_tools.monitoring.recordings import RECORDINGS
from livetranslate_tools.monitoring.settings import MonitoringSettings

SETTINGS = MonitoringSettings()
ALERTS = {alert.name: alert for alert in alerts()}
FIELD = re.compile(r"\{\{ \$labels\.(\w+) \}\}")
VALUE = re.compile(r"\{\{ \$value(?: \| [^}]+)? \}\}")


@pytest.fixture(scope="module")
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.fail("promtool is not there: apt-get install --no-install-recommends prometheus", pytrace=False)
    return found


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("monitoring")
    folder.write(where, SETTINGS)
    return where / "prometheus" / "rules"


def run(promtool: str, rules: Path, tests: list[dict[str, Any]], folder: Path) -> None:
    content = {"rule_files": sorted(map(str, rules.glob("*.yml"))), "evaluation_interval": "1m", "tests": tests}
    file = folder / "tests.yml"
    file.write_bytes(msgspec.yaml.encode(content))
    done = subprocess.run(
        [promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def series(given: Given) -> list[dict[str, str]]:
    return [{"series": name, "values": values} for name, values in given.items()]


def test_every_rule_has_its_cases() -> None:
    assert set(ALERT_CASES) == set(ALERTS)
    assert set(RECORDING_CASES) == {recording.name for recording in RECORDINGS}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_fires_with_its_sentences_and_only_then(name, promtool, rules, tmp_path):
    case, alert = ALERT_CASES[name], ALERTS[name]
    expected = {"exp_labels": {**labels(case), "severity": alert.severity.value}, "exp_annotations": said(alert, case)}
    run(
        promtool,
        rules,
        [
            {
                "interval": "1m",
                "input_series": series(given),
                "alert_rule_test": [{"eval_time": case.at, "alertname": name, "exp_alerts": fired}],
            }
            for given, fired in ((case.firing, [expected]), (case.quiet, []))
        ],
        tmp_path,
    )


def labels(case: AlertCase) -> dict[str, str]:
    return {**case.job, **case.labels}


def said(alert: Alert, case: AlertCase) -> Mapping[str, str]:
    """The annotations as Prometheus must write them: each label that a sentence names is there."""
    filled = {
        name: FIELD.sub(lambda field: labels(case)[field[1]], text) for name, text in told(alert, SETTINGS).items()
    }
    return {name: VALUE.sub(lambda _: case.value, text) for name, text in filled.items()}


@pytest.mark.parametrize("name", RECORDING_CASES)
def test_a_recording_has_its_value_and_none_from_nothing(name, promtool, rules, tmp_path):
    case: RecordingCase = RECORDING_CASES[name]
    what = ",".join(f'{label}="{value}"' for label, value in sorted(case.labels.items()))
    run(
        promtool,
        rules,
        [
            {
                "interval": "1m",
                "input_series": series(given),
                # Not a number compares as false, so a quantile of nothing is no value here.
                "promql_expr_test": [
                    {
                        "expr": f"round({name} >= 0, 0.001)",
                        "eval_time": "30m",
                        "exp_samples": [] if value is None else [{"labels": f"{{{what}}}", "value": value}],
                    }
                ],
            }
            for given, value in ((case.given, case.value), (case.quiet, case.quiet_value))
        ],
        tmp_path,
    )


def test_a_device_that_is_configured_is_expected_from_the_first_start_on(promtool, tmp_path):
    folder.write(tmp_path, MonitoringSettings(expected_devices={"whisper": "GPU"}))
    devices = {"CPU": 1, "GPU.1": 0}
    tests = [
        {
            "interval": "1m",
            "input_series": series({f'livetranslate_device_info{{model="whisper",device="{device}"}}': "1+0x60"}),
            "promql_expr_test": [
                {
                    "expr": 'count(ALERTS{alertname="DeviceFellBack",alertstate="firing"})',
                    "eval_time": "30m",
                    "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
                }
            ],
        }
        for device, fires in devices.items()
    ]
    run(promtool, tmp_path / "prometheus" / "rules", tests, tmp_path)
