"""Finds the Python that environments are built with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools.environments.errors import PreflightError

# 3.11 is what the engines are tested with; the others are taken where it is missing.
PREFERENCE = ("3.11", "3.12", "3.10")
OVERRIDE = "LIVETRANSLATE_PYTHON"
_ASK = (
    "import sys, sysconfig; from importlib.util import find_spec as has\n"
    "print('%d.%d' % sys.version_info[:2], all(map(has, ('venv', 'ensurepip'))), sys._base_executable,"
    " sysconfig.get_config_var('LIBDIR'), sep='\\n')"
)


@dataclass(frozen=True)
class Interpreter:
    """A Python on this machine.

    Attributes:
        path: its executable, outside of any virtual environment.
        version: as ``"3.11"``.
        has_venv: whether it can make virtual environments with pip (Debian packs that apart).
        library_folder: where its shared library ``libpython`` belongs.
    """

    path: Path
    version: str
    has_venv: bool
    library_folder: Path


def inspect(executable: str | Path) -> Interpreter | None:
    """Asks a Python about itself; None if it does not run (a version manager's empty shim, a removed interpreter)."""
    try:
        answer = subprocess.run(
            [str(executable), "-I", "-c", _ASK], capture_output=True, text=True, timeout=60, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        return None
    if len(answer) != 4:
        return None
    version, has_venv, base_executable, library_folder = answer
    return Interpreter(
        path=Path(base_executable), version=version, has_venv=has_venv == "True", library_folder=Path(library_folder)
    )


def running() -> Interpreter:
    """The Python that runs this program, seen through the virtual environment it may be in.

    Raises:
        PreflightError: it does not answer.
    """
    found = inspect(sys.executable)
    if found is None:
        raise PreflightError(f"{sys.executable} does not run; install Python 3.11 and start again with it.")
    return found


def choose(versions: Sequence[str]) -> Interpreter:
    """The best Python of this machine among ``versions``, in the order of :data:`PREFERENCE`.

    ``$LIVETRANSLATE_PYTHON`` overrides the search.

    Raises:
        PreflightError: there is none, or none that can make virtual environments.
    """
    without_venv: Interpreter | None = None
    for candidate in _candidates(versions):
        found = inspect(candidate)
        if found is None or found.version not in versions:
            continue
        if found.has_venv:
            return found
        without_venv = without_venv or found
    if without_venv is not None:
        raise PreflightError(venv_missing(without_venv))
    wanted = ", ".join(version for version in PREFERENCE if version in versions)
    if OVERRIDE in os.environ:
        raise PreflightError(
            f"${OVERRIDE} is {os.environ[OVERRIDE]!r}, which is no working Python {wanted}: set it right, or unset it."
        )
    raise PreflightError(
        f"No Python of the versions {wanted} was found (this is {sys.version.split()[0]}): install one"
        " (Debian, Ubuntu: apt-get install python3.11 python3.11-venv), or name one:"
        f" {OVERRIDE}=/path/to/python3.11 make setup"
    )


def venv_missing(python: Interpreter) -> str:
    """The sentence for a Python whose venv or ensurepip module is packed apart."""
    return (
        f"{python.path} cannot make virtual environments (its venv or ensurepip module is missing):"
        f" apt-get install python3-venv (or python{python.version}-venv), then start again."
    )


def _candidates(versions: Sequence[str]) -> Iterator[str]:
    if OVERRIDE in os.environ:
        yield os.environ[OVERRIDE]
        return
    for version in PREFERENCE:
        if version not in versions:
            continue
        if version == "{}.{}".format(*sys.version_info):
            yield sys.executable
        for folder in os.get_exec_path():
            found = shutil.which(f"python{version}", path=folder)
            if found:
                yield found
