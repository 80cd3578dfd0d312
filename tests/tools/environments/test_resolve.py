"""Locks are resolved with the real pip, from hand-made packages."""

from __future__ import annotations

import ensurepip
import re
import shutil
import sysconfig
from pathlib import Path

from tests.tools.environments import tiny
from tests.tools.environments.conftest import Room

from livetranslate_tools.environments import interpreters
from livetranslate_tools.environments.resolve import resolve
from livetranslate_tools.environments.specs import EnvironmentSpec


def bundled_pip() -> Path:
    """The wheel of pip that Python's own installation carries (Debian keeps it apart)."""
    folders = (
        Path(ensurepip.__file__).parent / "_bundled",
        Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/nowhere"),
    )
    return next(wheel for folder in folders for wheel in folder.glob("pip-*.whl"))


def test_roots_are_pinned_pruned_and_overridden(room: Room) -> None:
    tiny.write_wheel(
        room.registry,
        name="engine",
        version="3.0",
        requires=("numbers2", "video; python_version > '3'", "extra1; extra == 'x'"),
    )
    tiny.write_wheel(room.registry, name="numbers2", version="2.0+cpu")
    tiny.write_wheel(room.registry, name="video", version="1.0", requires=("codec",))
    tiny.write_wheel(room.registry, name="codec", version="1.0")
    shutil.copy(bundled_pip(), room.registry)
    spec = EnvironmentSpec(
        name="tiny",
        purpose="tests",
        free_bytes_needed=1,
        smoke_test=(),
        roots=("engine",),
        excluded=("video",),
        overrides={"engine": "2.9"},
    )
    text = resolve(spec, pyproject=room.requirements / "pyproject.toml", pythons=[interpreters.running()])
    header = [line for line in text.splitlines() if line.startswith("#")]
    assert f"# python: {interpreters.running().version}" in header
    # video is excluded, codec is needed by nothing else, a local tag belongs to one machine.
    pins = [line for line in text.splitlines() if re.match(r"(?!#|pip==)", line)]
    assert pins == ["engine==2.9", "numbers2==2.0"]
