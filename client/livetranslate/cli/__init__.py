"""The ``livetranslate`` command.

One module a command, each with a ``register(app)``; :func:`main` is the console script. Other installed parts (the
operator's tools) join through the entry-point group ``livetranslate.commands``. Exit codes: 0 success, 1 failure,
2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import os
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    # gRPC's C core writes log lines of its own to standard error; the sentence about a failure is ours.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from livetranslate.cli.application import run

    return run(arguments)
