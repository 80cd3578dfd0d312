"""Environments are built once, whole, and by one builder at a time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.tools.environments import tiny
from tests.tools.environments.conftest import Room

from livetranslate_tools.environments import BuildError, PreflightError, SetupError, ensure, python_of, remove, store

CHECKOUT = Path(__file__).resolve().parents[3]


def start_builder(room: Room, *, smoke_test: str = "import tiny") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.tools.environments.tiny", str(room.requirements), smoke_test],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def version_in(environment: Path) -> str:
    command = [python_of(environment), "-c", "import tiny; print(tiny.__version__)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_built_once_and_found_again(room: Room) -> None:
    lines: list[str] = []
    environment = ensure("tiny", report=lines.append)
    assert version_in(environment) == "1.0"
    assert any("1/3" in line for line in lines)
    lines.clear()
    assert ensure("tiny", report=lines.append) == environment
    assert lines == []


def test_another_lock_makes_another_environment(room: Room) -> None:
    first = ensure("tiny")
    tiny.write_wheel(room.registry, version="2.0")
    tiny.write_lock(room.requirements, "tiny==2.0")
    second = ensure("tiny")
    assert first != second
    assert (version_in(first), version_in(second)) == ("1.0", "2.0")
    assert remove("tiny", stale_only=True) > 0
    assert [built.folder for built in store.built()] == [second]


def test_two_builders_build_once(room: Room) -> None:
    builders = [start_builder(room), start_builder(room)]
    outputs = [builder.communicate(timeout=120)[0] for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0], outputs
    assert sum("building" in output for output in outputs) == 1
    assert len({output.splitlines()[-1] for output in outputs}) == 1


def test_killed_build_is_built_again_after_its_leftover_command_has_ended(room: Room) -> None:
    started = room.cache / "started"
    smoke_test = f"import pathlib, time; pathlib.Path({str(started)!r}).touch(); time.sleep(3)"
    builder = start_builder(room, smoke_test=smoke_test)
    while not started.exists():
        assert builder.poll() is None, builder.communicate()
        time.sleep(0.05)
    builder.send_signal(signal.SIGKILL)
    builder.communicate()
    assert store.built() == []

    lines: list[str] = []
    environment = ensure("tiny", report=lines.append)
    assert "Another process works on" in lines[0]
    assert version_in(environment) == "1.0"


def test_environment_whose_python_is_gone_is_built_again(room: Room) -> None:
    environment = ensure("tiny")
    python_of(environment).unlink()
    assert version_in(ensure("tiny")) == "1.0"


def test_package_that_the_registry_lacks_is_named_with_the_log(room: Room) -> None:
    tiny.write_lock(room.requirements, "tiny==1.0", "no-such-thing==4.2")
    with pytest.raises(BuildError, match=r"the package registry has no no-such-thing==4\.2") as caught:
        ensure("tiny")
    assert f"The end of {room.cache}/envs/tiny-py" in str(caught.value)
    assert store.built() == []


def test_unreachable_registry_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "0")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    tiny.write_lock(room.requirements, "tiny==1.0", "somewhere-else==1.0")
    with pytest.raises(BuildError, match="the package registry cannot be reached: check the network"):
        ensure("tiny")


def test_environment_that_does_not_work_is_not_called_built(room: Room) -> None:
    tiny.use(room.requirements, smoke_test="import missing_engine")
    with pytest.raises(BuildError, match="No module named 'missing_engine'"):
        ensure("tiny")
    assert store.built() == []


def test_python_that_the_lock_was_not_resolved_for_is_refused(room: Room) -> None:
    tiny.write_lock(room.requirements, "tiny==1.0", pythons="3.99")
    with pytest.raises(PreflightError, match=r"needs Python 3\.99, but .* install python3\.99"):
        ensure("tiny")
    assert not (room.cache / "envs").exists()


def test_unknown_name_lists_the_known_ones(room: Room) -> None:
    with pytest.raises(SetupError, match="no environment 'gpu'; the environments are runtime, vllm, convert"):
        ensure("gpu")
