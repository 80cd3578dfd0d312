"""A tiny environment for tests of the builder: one hand-made package, no network."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

from livetranslate_tools import paths
from livetranslate_tools.environments import builder
from livetranslate_tools.environments.specs import SPECS, EnvironmentSpec

NAME = "tiny"


def write_wheel(folder: Path, *, name: str = NAME, version: str = "1.0", requires: tuple[str, ...] = ()) -> Path:
    """Writes a wheel with one module, called as the distribution."""
    folder.mkdir(parents=True, exist_ok=True)
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"import sys\n__version__ = {version!r}\ndef where(): print(sys.prefix)\n",
        f"{information}/METADATA": "\n".join(
            [
                "Metadata-Version: 2.1",
                f"Name: {name}",
                f"Version: {version}",
                *(f"Requires-Dist: {line}" for line in requires),
                "",
            ]
        ),
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{information}/entry_points.txt"] = f"[console_scripts]\n{name}-where = {name}:where\n"
    files[f"{information}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{information}/RECORD"))
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


def write_lock(requirements: Path, *pins: str, pythons: str = "3.10 3.11 3.12") -> Path:
    """Writes the lock file of the tiny environment."""
    requirements.mkdir(parents=True, exist_ok=True)
    lock = requirements / f"{NAME}.lock"
    lock.write_text("\n".join([f"# {NAME}: for tests", f"# python: {pythons}", *pins]) + "\n")
    return lock


def use(requirements: Path, *, smoke_test: str = f"import {NAME}") -> None:
    """Makes the tiny environment known to this process."""
    SPECS[NAME] = EnvironmentSpec(name=NAME, purpose="tests", free_bytes_needed=1, smoke_test=(smoke_test,))
    paths.data_dir = lambda name: requirements


def main(requirements: str, smoke_test: str) -> None:
    """Builds the tiny environment in a process of its own."""
    use(Path(requirements), smoke_test=smoke_test)
    print(builder.ensure(NAME, report=lambda line: print(line, flush=True)))


if __name__ == "__main__":
    os.environ["PIP_NO_INDEX"] = "1"
    main(*sys.argv[1:])
