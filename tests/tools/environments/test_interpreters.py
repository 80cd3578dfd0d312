"""The Python that environments are built with is the best that really runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from livetranslate_tools.environments import PreflightError, interpreters

THIS = "{}.{}".format(*sys.version_info)


def test_running_python_is_seen_through_its_virtual_environment() -> None:
    running = interpreters.running()
    assert running.version == THIS
    assert running.has_venv
    assert not (running.path.parent.parent / "pyvenv.cfg").exists()


def test_shim_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / f"python{THIS}"
    shim.write_text("#!/bin/sh\necho 'version not set' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert interpreters.choose([THIS]).version == THIS


def test_chosen_python_overrides_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVETRANSLATE_PYTHON", sys.executable)
    assert interpreters.choose([THIS]) == interpreters.running()


def test_chosen_python_that_does_not_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVETRANSLATE_PYTHON", "/nowhere/python3")
    with pytest.raises(
        PreflightError, match=r"\$LIVETRANSLATE_PYTHON is '/nowhere/python3', which is no working Python"
    ):
        interpreters.choose([THIS])


def test_machine_without_a_fitting_python_is_told_what_to_install() -> None:
    with pytest.raises(PreflightError, match=r"apt-get install python3\.11 python3\.11-venv"):
        interpreters.choose(["3.99"])
