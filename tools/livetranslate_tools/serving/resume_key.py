"""The key that signs live sessions' resume tokens: it outlives Triton, so that a restarted one accepts them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from livetranslate_tools.serving.secret_file import ensure_secret

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
    ensure_secret(file, what="The key of resume tokens")
    return {FILE_VARIABLE: str(file)}
