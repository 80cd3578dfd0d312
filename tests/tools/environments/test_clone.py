"""A clone's .venv: a thin layer over the cached environment, made once and renewed when something changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.tools.environments import tiny
from tests.tools.environments.conftest import Room

from livetranslate_tools.environments import PreflightError, clone, python_of

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
# A build back end of a few lines, so that the test needs no package but the hand-made one.
BACKEND = """\
import pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "checkout-1.0-py3-none-any.whl"
    files = {
        "checkout.pth": str(pathlib.Path.cwd() / "source"),
        "checkout-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: checkout\\nVersion: 1.0\\n",
        "checkout-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "checkout-1.0.dist-info/entry_points.txt": "[console_scripts]\\nspeak = checkout:speak\\n",
        "checkout-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name
"""


@pytest.fixture
def checkout(tmp_path: Path, room: Room, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkout"
    (folder / "source").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "source" / "checkout.py").write_text("import tiny\n\ndef speak():\n    print('tiny', tiny.__version__)\n")
    monkeypatch.setattr(clone, "ENVIRONMENT", tiny.NAME)
    monkeypatch.setenv("LIVETRANSLATE_PYTHON", sys.executable)
    return folder


def run(venv: Path, command: str) -> str:
    return subprocess.run([venv / "bin" / command], capture_output=True, text=True, check=True).stdout.strip()


def test_checkout_and_cached_packages_are_both_seen_and_the_second_time_nothing_is_done(checkout: Path) -> None:
    venv = clone.set_up(checkout)
    assert run(venv, "speak") == "tiny 1.0"
    lines: list[str] = []
    assert clone.set_up(checkout, report=lines.append) == venv
    assert lines == []


def test_commands_of_the_cached_environment_run_in_the_layer(checkout: Path) -> None:
    venv = clone.set_up(checkout)
    assert run(venv, "tiny-where") == str(venv)
    # Except pip: it must not change packages that clones share.
    assert not (venv / "bin" / "pip").exists()


def test_changed_lock_renews_the_layer(checkout: Path, room: Room) -> None:
    clone.set_up(checkout)
    tiny.write_wheel(room.registry, version="2.0")
    tiny.write_lock(room.requirements, "tiny==2.0")
    assert run(clone.set_up(checkout), "speak") == "tiny 2.0"


def test_changed_project_file_and_lost_environment_renew_the_layer(checkout: Path, room: Room) -> None:
    venv = clone.set_up(checkout)
    lines: list[str] = []
    (checkout / "pyproject.toml").write_text(PYPROJECT + "# changed\n")
    clone.set_up(checkout, report=lines.append)
    assert any("install the checkout" in line for line in lines)

    environment = next((room.cache / "envs").glob("tiny-py*/"))
    python_of(environment).unlink()
    assert run(clone.set_up(checkout), "speak") == "tiny 1.0"
    assert run(venv, "speak") == "tiny 1.0"


def test_another_chosen_python_is_not_passed_over(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone.set_up(checkout)
    monkeypatch.setenv("LIVETRANSLATE_PYTHON", "/nowhere/python3")
    with pytest.raises(PreflightError, match="no working Python"):
        clone.set_up(checkout)
