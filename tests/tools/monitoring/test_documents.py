"""The documents that follow from the description are up to date, and their commands exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from livetranslate.cli.application import make_app
from livetranslate_tools.monitoring.alerts import alerts
from livetranslate_tools.monitoring.description import Alert
from livetranslate_tools.monitoring.known_metrics import metric_of, names_in
from livetranslate_tools.monitoring.recordings import BY_NAME
from livetranslate_tools.monitoring.settings import MonitoringError
from livetranslate_tools.monitoring.table import alerts_page, metrics_page

DOCS = Path(__file__).resolve().parents[3] / "docs"
RUNBOOKS = DOCS / "runbooks"
ALERTS = alerts()
CODE = re.compile(r"```bash\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"`livetranslate ([a-z][\w -]*)|^livetranslate ([a-z][\w -]*)", re.MULTILINE)
HEADINGS = ["What it means", "Who, since when, which version", "What to do"]


@pytest.mark.parametrize(("name", "made"), [("metrics.md", metrics_page), ("monitoring.md", alerts_page)])
def test_the_tables_are_up_to_date(name, made):
    page = (DOCS / name).read_text(encoding="utf-8")
    assert page == made(page), "run: livetranslate monitoring table"


def test_a_page_without_a_mark_is_not_overwritten():
    with pytest.raises(MonitoringError, match="marks"):
        metrics_page("# Metrics\n")


def test_there_is_a_runbook_for_each_alert_and_no_other():
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == {alert.name for alert in ALERTS}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_a_runbook_answers_the_three_questions(alert: Alert):
    text = (RUNBOOKS / f"{alert.name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {alert.name}\n")
    assert f"Severity: {alert.severity.value}." in text
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert CODE.search(text)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_a_runbook_asks_for_metrics_and_commands_that_exist(alert: Alert):
    text = (RUNBOOKS / f"{alert.name}.md").read_text(encoding="utf-8")
    names = names_in(text.replace('"', "'"))
    assert [name for name in names if name not in BY_NAME and metric_of(name) is None] == []
    commands = typer.main.get_command(make_app()[0])
    known = set(commands.commands)  # type: ignore[attr-defined]
    asked = {(match[1] or match[2]).split()[0] for match in COMMAND.finditer(text)}
    assert asked <= known
    for other in re.findall(r"\]\((\w+)\.md\)", text):
        assert (RUNBOOKS / f"{other}.md").is_file()


def test_the_queries_of_the_runbooks_are_promql(tmp_path):
    """As the expressions of rules, which promtool reads."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.fail("promtool is not there: apt-get install --no-install-recommends prometheus", pytrace=False)
    queries = {
        query
        for path in RUNBOOKS.glob("*.md")
        for query in re.findall(r"^promtool query .* '([^']+)'$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(queries) > len(ALERTS)
    rules = "".join(f"  - record: runbook:{n}\n    expr: '{query}'\n" for n, query in enumerate(sorted(queries)))
    file = tmp_path / "rules.yml"
    file.write_text(f"groups:\n- name: runbooks\n  rules:\n{rules}", encoding="utf-8")
    done = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_command_writes_the_tables(tmp_path):
    for name in ("metrics.md", "monitoring.md"):
        page = (DOCS / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"^\| `.*\n", "", page, flags=re.MULTILINE), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "livetranslate.cli", "monitoring", "table", "--docs", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "metrics.md").read_text(encoding="utf-8") == (DOCS / "metrics.md").read_text(encoding="utf-8")
