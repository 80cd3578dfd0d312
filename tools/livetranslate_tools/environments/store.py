"""Where the built environments are: ``<cache>/envs/<name>-py<version>-<key>/``.

A folder counts as an environment only with its completion mark, which is written last. Virtual environments hold
absolute paths, so they are built where they stay; the mark, not a rename, is what makes a build atomic.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from livetranslate_tools import paths
from livetranslate_tools.environments.interpreters import Interpreter
from livetranslate_tools.environments.locks import Lock

COMPLETION_MARK = ".complete"


@dataclass(frozen=True)
class Completion:
    """What the completion mark says of a finished environment.

    Attributes:
        name: of the environment.
        python: the interpreter that it was made from.
        size_bytes: its size on disk.
        built_at: UTC time, ISO 8601.
    """

    name: str
    python: str
    size_bytes: int
    built_at: str


@dataclass(frozen=True)
class Built:
    """A finished environment in the cache."""

    folder: Path
    completion: Completion


def environments_folder() -> Path:
    """The folder of all environments in the cache."""
    return paths.cache_dir() / "envs"


def folder_of(lock: Lock, python: Interpreter) -> Path:
    """Where the environment of this lock and Python belongs, built or not."""
    return environments_folder() / f"{lock.name}-py{python.version}-{lock.key}"


def log_of(folder: Path) -> Path:
    """The log of the last build of ``folder``."""
    return folder.with_name(folder.name + ".log")


def python_of(environment: Path) -> Path:
    """The Python of an environment."""
    return environment / "bin" / "python"


def completion_of(folder: Path) -> Completion | None:
    """The completion mark; None if the build never ended or the Python it was made from is gone."""
    try:
        completion = Completion(**json.loads((folder / COMPLETION_MARK).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return completion if os.access(python_of(folder), os.X_OK) else None


def mark_complete(folder: Path, *, name: str, python: Interpreter) -> None:
    """Writes the completion mark, whole or not at all."""
    completion = Completion(
        name=name,
        python=str(python.path),
        size_bytes=size_bytes(folder),
        built_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )
    beside = folder / f"{COMPLETION_MARK}.new"
    beside.write_text(json.dumps(asdict(completion), indent=2) + "\n", encoding="utf-8")
    beside.replace(folder / COMPLETION_MARK)


def built() -> list[Built]:
    """Every finished environment in the cache, of this and of other locks, by name."""
    folders = sorted(environments_folder().glob("*-py*-*/"))
    return [Built(folder, completion) for folder in folders if (completion := completion_of(folder)) is not None]


def size_bytes(folder: Path) -> int:
    """Disk space that the files of a folder take."""
    return sum(
        os.lstat(os.path.join(parent, name)).st_blocks * 512  # noqa: PTH118 - a hundred thousand files: pathlib is slow
        for parent, _, names in os.walk(folder)
        for name in names
    )


def delete(folder: Path) -> None:
    """Deletes a folder; its mark first, so that a deletion which is cut short leaves no environment behind."""
    (folder / COMPLETION_MARK).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=False)
