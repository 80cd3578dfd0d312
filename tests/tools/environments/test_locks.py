"""Lock files: what they say is checked, and their content names the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.tools.environments import tiny
from tests.tools.environments.conftest import Room

from livetranslate_tools.environments import SetupError, specs
from livetranslate_tools.environments.locks import read_lock
from livetranslate_tools.environments.resolve import roots_of

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", specs.SPECS)
def test_locks_of_the_project_fit_their_specs(name: str) -> None:
    lock = read_lock(name)
    spec = specs.spec_of(name)
    assert "3.11" in lock.python_versions
    for distribution in spec.installed_first:
        assert lock.pinned(distribution).startswith(f"{distribution}==")
    for distribution in spec.excluded:
        with pytest.raises(SetupError, match="does not pin"):
            lock.pinned(distribution)


@pytest.mark.parametrize("name", specs.SPECS)
def test_locks_hold_what_is_asked_for(name: str) -> None:
    """A dependency that was added or raised without writing the lock again would be missing on a new machine."""
    lock = read_lock(name)
    overridden = specs.spec_of(name).overrides
    for requirement in map(Requirement, roots_of(specs.spec_of(name), CHECKOUT / "pyproject.toml")):
        if requirement.marker is None and requirement.name not in overridden:
            version = lock.pinned(canonicalize_name(requirement.name)).split(" ;")[0].split("==")[1]
            assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("name", [name for name, spec in specs.SPECS.items() if spec.serves_a_stub])
def test_stubs_get_the_numpy_that_they_can_read(name: str) -> None:
    assert read_lock(name).pinned("numpy") == "numpy==1.26.4"


def test_torch_is_pinned_without_the_tag_of_one_machine() -> None:
    assert read_lock("vllm").pinned("torch") == "torch==2.13.0"


def test_any_change_of_a_lock_changes_its_key(room: Room) -> None:
    before = read_lock("tiny").key
    tiny.write_lock(room.requirements, "tiny==1.1")
    assert read_lock("tiny").key != before


def test_line_that_pins_nothing_is_named(room: Room) -> None:
    tiny.write_lock(room.requirements, "tiny>=1.0")
    with pytest.raises(SetupError, match=r"tiny\.lock, line 3: 'tiny>=1\.0' is no pin of the form name==version"):
        read_lock("tiny")


def test_missing_lock_is_told_with_the_command_that_writes_it(room: Room) -> None:
    (room.requirements / "tiny.lock").unlink()
    with pytest.raises(
        SetupError, match=r"tiny\.lock is missing; write it: python -m livetranslate_tools\.environments lock"
    ):
        read_lock("tiny")


def test_lock_without_header_is_refused(room: Room) -> None:
    (room.requirements / "tiny.lock").write_text("tiny==1.0\n")
    with pytest.raises(SetupError, match="has no '# python: …' line"):
        read_lock("tiny")
