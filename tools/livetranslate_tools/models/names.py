"""Names that become folders: refused unless they are plain, so that no artifact can write outside its place."""

from __future__ import annotations

import re

from livetranslate_tools.models.errors import ModelError

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_VERSION = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*")


def check_name(name: str) -> str:
    """An artifact name: lower-case words joined by ``-``, ``_`` or ``.``."""
    return _checked(_NAME, name, "artifact name", "lower-case letters and digits joined by '-', '_' or '.'")


def check_version(version: str) -> str:
    """A semantic version without build metadata."""
    return _checked(_VERSION, version, "version", "MAJOR.MINOR.PATCH, as in 1.0.0")


def check_file(path: str) -> str:
    """A relative path inside an artifact or a package: no ``..``, no leading ``/`` or ``.``."""
    return _checked(_FILE, path, "file name", "a plain relative path without '..'")


def _checked(pattern: re.Pattern[str], text: str, what: str, rule: str) -> str:
    if len(text) > 200 or not pattern.fullmatch(text):
        raise ModelError(f"{text[:200]!r} is not an acceptable {what}: it must be {rule}.")
    return text
