"""A cache and a registry of their own for each test of the builder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.tools.environments import tiny

from livetranslate_tools import paths
from livetranslate_tools.environments.specs import SPECS


@dataclass(frozen=True)
class Room:
    """Where a test's environments, locks and packages are."""

    cache: Path
    requirements: Path
    registry: Path


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    room = Room(cache=tmp_path / "cache", requirements=tmp_path / "requirements", registry=tmp_path / "registry")
    monkeypatch.setenv("LIVETRANSLATE_CACHE", str(room.cache))
    # Nothing but the hand-made packages, whatever pip is set up with on this machine.
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(room.registry))
    monkeypatch.setattr(paths, "data_dir", paths.data_dir)
    monkeypatch.setitem(SPECS, tiny.NAME, SPECS["runtime"])
    shutil.copytree(paths.data_dir("requirements"), room.requirements)
    tiny.write_wheel(room.registry)
    tiny.write_lock(room.requirements, "tiny==1.0")
    tiny.use(room.requirements)
    return room
