"""The folder that is written, as its tools read it, and what it must never hold."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from livetranslate_tools.cli import register
from livetranslate_tools.monitoring import checking, folder
from livetranslate_tools.monitoring.promtail import _FIRST_LINE, _GLOG, _VLLM
from livetranslate_tools.monitoring.settings import MonitoringError, MonitoringSettings

TRITON = "I1125 06:35:10.414262 10223 model_lifecycle.cc:839] \"successfully loaded 'llm'\""
VLLM = "(Worker pid=10881) WARNING 11-25 06:34:59 [cpu_worker.py:114] libtcmalloc is not found"


def read(path: Path):
    return msgspec.yaml.decode(path.read_bytes())


def run(*arguments: object):
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "pagerduty"
    file.write_text("not-for-anybody")
    return file


@pytest.fixture
def written(tmp_path, secret):
    where = tmp_path / "out"
    answer = run(
        *("monitoring", "write", where, "--target", "a:8002", "--target", "[::1]:8002", "--drift-target", "b:9109"),
        *("--webhook", "https://chat.example.org/hook", "--webhook-token-file", secret, "--pagerduty-key-file", secret),
        *("--expect-device", "whisper=GPU", "--runbooks", "https://wiki.example.org/", "--state-dir", "/srv/one"),
        *("--interval", "30s"),
    )
    assert answer.exit_code == 0, answer.output
    assert all(Path(line).is_file() for line in answer.stdout.splitlines())
    return where


def test_prometheus_scrapes_the_targets(written):
    settings = read(written / "prometheus" / "prometheus.yml")
    jobs = {job["job_name"]: job["static_configs"][0]["targets"] for job in settings["scrape_configs"]}
    assert jobs == {"livetranslate": ["a:8002", "[::1]:8002"], "livetranslate-drift": ["b:9109"]}
    assert settings["global"]["scrape_interval"] == "30s"


def test_an_alert_names_its_runbook_where_the_settings_say(written):
    (group,) = read(written / "prometheus" / "rules" / "alerts.yml")["groups"]
    rules = {rule["alert"]: rule for rule in group["rules"]}
    assert rules["CaptionsLate"]["annotations"]["runbook_url"] == "https://wiki.example.org/CaptionsLate.md"
    assert 'model="whisper",device!~"GPU.*"' in rules["DeviceFellBack"]["expr"]


def test_critical_alerts_go_to_pagerduty_and_all_to_the_webhook(written, secret):
    settings = read(written / "alertmanager" / "alertmanager.yml")
    routes = settings["route"]["routes"]
    assert [(route["receiver"], route["matchers"]) for route in routes] == [
        ("pagerduty", ['severity="critical"']),
        ("webhook", ['alertname=~".+"']),
    ]
    assert routes[0]["continue"] is True
    receivers = {receiver["name"]: receiver for receiver in settings["receivers"]}
    assert receivers["pagerduty"]["pagerduty_configs"][0]["routing_key_file"] == str(secret)
    assert receivers["webhook"]["webhook_configs"][0]["http_config"]["authorization"]["credentials_file"] == str(secret)


def test_no_file_holds_a_secret(written):
    assert [path for path in written.rglob("*") if path.is_file() and "not-for-anybody" in path.read_text()] == []


def test_with_and_without_receivers_the_tools_call_it_right(written, tmp_path):
    for tool, package in (("promtool", "prometheus"), ("amtool", "prometheus-alertmanager")):
        if shutil.which(tool) is None:
            pytest.fail(f"{tool} is not there: apt-get install --no-install-recommends {package}", pytrace=False)
    folder.write(tmp_path / "bare", MonitoringSettings())
    for where in (written, tmp_path / "bare"):
        assert [verdict for verdict in checking.check(where) if not verdict.is_good] == []


def test_a_wrong_rule_is_found(written):
    rules = written / "prometheus" / "rules" / "alerts.yml"
    rules.write_text(rules.read_text().replace("== 0", "=="))
    verdicts = {verdict.what: verdict for verdict in checking.check(written)}
    assert verdicts["recording and alerting rules"].is_good is False
    assert "parse error" in verdicts["recording and alerting rules"].said


def test_a_missing_tool_is_no_approval(written, monkeypatch):
    monkeypatch.setenv("PATH", "")
    verdicts = list(checking.check(written))
    assert [verdict.is_good for verdict in verdicts] == [None, None, None]
    assert "Debian package prometheus" in verdicts[0].said
    answer = run("monitoring", "check")
    assert answer.exit_code == 1
    assert "not checked" in answer.output


def test_the_check_command_approves_of_what_is_generated():
    answer = run("monitoring", "check")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.count(": good\n") == 3


def test_promtail_reads_the_logs_of_the_state_folders(written):
    jobs = read(written / "promtail" / "promtail.yml")["scrape_configs"]
    paths = {job["static_configs"][0]["labels"]["__path__"] for job in jobs}
    assert paths == {"/srv/one/logs/triton.log", "/srv/one/logs/supervisor.log"}


def test_promtails_expressions_know_the_lines_of_the_log():
    assert re.match(_GLOG, TRITON)["glog"] == "I"
    assert re.match(_VLLM, VLLM)["word"] == "WARNING"
    assert re.match(_FIRST_LINE, TRITON)
    assert re.match(_FIRST_LINE, VLLM)
    assert not re.match(_FIRST_LINE, '  File "model.py", line 3, in execute')


def test_grafana_finds_its_dashboards(written):
    (provider,) = read(written / "grafana" / "provisioning" / "dashboards" / "livetranslate.yml")["providers"]
    found = [json.loads(path.read_text())["uid"] for path in Path(provider["options"]["path"]).glob("*.json")]
    assert len(found) == 5


def test_without_receivers_one_is_told_that_nobody_is_told(tmp_path):
    answer = run("monitoring", "write", tmp_path)
    assert answer.exit_code == 0
    assert "No one is told of alerts" in answer.stderr


def test_writing_again_changes_nothing(written, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    folder.write(one, MonitoringSettings())
    before = {path.relative_to(one): path.read_bytes() for path in one.rglob("*.yml")}
    folder.write(one, MonitoringSettings())
    assert before == {path.relative_to(one): path.read_bytes() for path in one.rglob("*.yml")}
    two.touch()
    with pytest.raises(MonitoringError, match="cannot be written"):
        folder.write(two, MonitoringSettings())


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--target", "http://a:8002/metrics", "host:port"),
        ("--target", "a", "host:port"),
        ("--target", "a:99999", "host:port"),
        ("--alertmanager", "http://a", "host:port"),
        ("--interval", "soon", "15s"),
        ("--webhook", "chat.example.org", "http://"),
        ("--webhook", "https://u:p@chat.example.org/hook", "--webhook-token-file"),
        ("--webhook-token-file", "/dev/zero", "--webhook"),
        ("--pagerduty-key-file", "nowhere", "There is no file"),
        ("--loki", "ftp://l", "http://"),
        ("--expect-device", "whisper", "whisper=GPU"),
        ("--expect-device", 'a"b=GPU', "whisper=GPU"),
    ],
)
def test_a_value_that_cannot_work_is_refused_with_a_sentence(tmp_path, option, value, says):
    answer = run("monitoring", "write", tmp_path / "out", option, value)
    assert answer.exit_code in (1, 2)
    assert says in answer.output
    assert not (tmp_path / "out").exists()
