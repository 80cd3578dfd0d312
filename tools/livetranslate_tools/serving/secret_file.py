"""Secrets that a state folder makes for itself and keeps: a file each, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from livetranslate_tools.serving.errors import ServingError

SECRET_BYTES = 32


def ensure_secret(file: Path, *, what: str) -> str:
    """The secret in the file, 64 hexadecimal digits; made on first use.

    Args:
        file: where it is kept.
        what: what it is, for the error's sentence.

    Raises:
        ServingError: the file can be neither read nor made, or is empty.
    """
    try:
        if not file.is_file():
            _make(file)
        secret = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ServingError(f"{what} could not be read from or written to {file}: {error}.") from error
    if not secret:
        raise ServingError(f"{what} in {file} is empty; remove the file, and the next start makes a new one.")
    return secret


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Exclusively, and never readable by others, not even for a moment.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as output:
        output.write(secrets.token_hex(SECRET_BYTES) + "\n")
