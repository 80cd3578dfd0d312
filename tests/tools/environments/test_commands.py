"""`livetranslate environments`: list, build, remove."""

from __future__ import annotations

import typer
from tests.tools.environments.conftest import Room
from typer.testing import CliRunner

from livetranslate_tools.cli import environments as commands


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    commands.register(app)
    app.command("other")(lambda: None)
    result = CliRunner().invoke(app, ["environments", *arguments], env={"COLUMNS": "300"})
    return result.exit_code, result.output


def test_environment_is_listed_built_listed_and_removed(room: Room) -> None:
    assert "not built" in line_of("tiny")
    code, output = run("build", "tiny")
    assert code == 0
    assert str(room.cache / "envs" / "tiny-py") in output
    assert "ready" in line_of("tiny")
    code, output = run("remove", "tiny")
    assert code == 0
    assert "MiB freed" in output
    assert "not built" in line_of("tiny")


def test_failure_is_a_sentence_and_exit_code_1(room: Room) -> None:
    code, output = run("build", "tinny")
    assert code == 1
    assert output.strip().startswith("There is no environment 'tinny'; the environments are runtime,")


def test_remove_wants_to_be_told_what() -> None:
    code, output = run("remove")
    assert code == 2
    assert "--stale" in output


def line_of(name: str) -> str:
    code, output = run("list")
    assert code == 0, output
    return next(line for line in output.splitlines() if line.startswith(name))
