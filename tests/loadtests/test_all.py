"""The report of all load tests: what ran, what did not, and why."""

from pathlib import Path

import pytest
import typer
from loadtests.all import main, run_parts, write

DETAILS = {
    "command": "python -m loadtests.all FOLDER", "measured_at": "2026-11-25T07:00:00+00:00", "version": "0.1.0",
    "cores": 2, "cpu": "a processor", "memory_gib": 24, "load_average_before": 0.5,
}  # fmt: skip


def test_a_part_that_fails_is_named_and_the_others_run(tmp_path: Path) -> None:
    def fails() -> list[str]:
        raise OSError("no metrics")

    sections: dict[str, list[str]] = {}
    failed: dict[str, str] = {}
    parts = {"capacity": fails, "users": lambda: ["| a | table |"], "autoscaling": lambda: ["never"]}
    run_parts(parts, ["capacity", "users"], sections, failed)
    assert sections == {"users": ["| a | table |"]}
    assert failed == {"capacity": "OSError: no metrics"}
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "users.png").write_bytes(b"")
    text = write(tmp_path, DETAILS | {"failed": failed}, sections).read_text()
    assert "![users](users/users.png)" in text
    assert "* capacity: OSError: no metrics" in text
    assert "never" not in text


def test_an_unknown_part_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="video: known parts are perf_analyzer"):
        main(tmp_path, parts="video")
    assert list(tmp_path.iterdir()) == []
