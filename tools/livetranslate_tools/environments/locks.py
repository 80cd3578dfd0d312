"""Lock files: the complete list of pinned distributions of one environment, ``requirements/<name>.lock``.

A lock is a pip requirements file. Its header names the Python versions it was resolved for; a pin that only some of
them need carries a marker.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools import paths
from livetranslate_tools.environments.errors import SetupError

# Enters every environment's key: raise it when the way of building changes what is built.
RECIPE = "1"
KEY_LENGTH = 12


@dataclass(frozen=True)
class Lock:
    """A lock file as read.

    Attributes:
        name: the environment's name.
        path: the file.
        python_versions: those it was resolved for, as ``"3.11"``.
        text: the file's content.
    """

    name: str
    path: Path
    python_versions: tuple[str, ...]
    text: str

    @property
    def key(self) -> str:
        """What the environment's folder is named by: it changes with any byte of the lock."""
        return hashlib.sha256(f"{RECIPE}\n{self.text}".encode()).hexdigest()[:KEY_LENGTH]

    def pinned(self, distribution: str) -> str:
        """The requirement line of one distribution, such as ``torch==2.13.0``.

        Raises:
            SetupError: the lock does not have it.
        """
        for line in self.text.splitlines():
            if re.split(r"[=;\s]", line, maxsplit=1)[0].lower() == distribution:
                return line
        raise SetupError(f"{self.path} does not pin {distribution}; write the lock again: {lock_command(self.name)}")


def lock_command(name: str) -> str:
    """The command that writes a lock again."""
    return f"python -m livetranslate_tools.environments lock {name}"


def lock_path(name: str) -> Path:
    """Where the lock of one environment is (in the checkout or in the installed package)."""
    return paths.data_dir("requirements") / f"{name}.lock"


def read_lock(name: str) -> Lock:
    """Reads and checks the lock of one environment.

    Raises:
        SetupError: it is missing, has no header, or has a line that is no pin.
    """
    path = lock_path(name)
    if not path.is_file():
        raise SetupError(f"The lock file {path} is missing; write it: {lock_command(name)}")
    text = path.read_text(encoding="utf-8")
    header = re.search(r"^# python: ([\d. ]+)$", text, re.MULTILINE)
    if header is None:
        raise SetupError(f"{path} has no '# python: …' line; write it again: {lock_command(name)}")
    for number, line in enumerate(text.splitlines(), start=1):
        if line and not line.startswith("#") and not re.match(r"[\w.-]+==[\w.!]+( ; .+)?$", line):
            raise SetupError(f"{path}, line {number}: {line!r} is no pin of the form name==version.")
    return Lock(name=name, path=path, python_versions=tuple(header[1].split()), text=text)
