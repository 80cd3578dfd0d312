"""The key that signs live sessions' resume tokens: it outlives Triton, so that a restarted one accepts them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from livetranslate_tools.serving.errors import ServingError

FILE_NAME = "resume.key"
KEY_VARIABLE = "LIVETRANSLATE_RESUME_KEY"
FILE_VARIABLE = "LIVETRANSLATE_RESUME_KEY_FILE"


def key_environment(state: Path, *, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a model must be told to find the key: nothing where the operator did, else this state folder's own file.

    Raises:
        ServingError: the file cannot be made.
    """
    if inherited.get(KEY_VARIABLE) or inherited.get(FILE_VARIABLE):
        return {}
    file = state / FILE_NAME
    if file.is_file():
        return {FILE_VARIABLE: str(file)}
    try:
        state.mkdir(parents=True, exist_ok=True)
        # Exclusively, and never readable by others, not even for a moment.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ServingError(f"The key of resume tokens could not be written to {file}: {error}.") from error
    with os.fdopen(descriptor, "w") as output:
        output.write(secrets.token_hex(32) + "\n")
    return {FILE_VARIABLE: str(file)}
