"""The key without which Triton takes no administration: loading models, shared memory, logging, tracing.

Triton asks nobody who he is. What callers need (inference, health, metadata, statistics) stays open; what would let a
caller unload a model, or point the server at memory of its machine, needs this key in a header. Triton takes the key on
its command line only, where users of the same machine can read it: keep strangers off the machine, and this keeps
strangers on the network out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from livetranslate_tools.serving.secret_file import ensure_secret

FILE_NAME = "admin.key"
KEY_VARIABLE = "LIVETRANSLATE_ADMIN_KEY"

PROTOCOLS = ("model-repository", "shared-memory", "logging", "trace")
HEADER = "livetranslate-admin-key"
GRPC_HEADER = f"triton-grpc-protocol-{HEADER}"
"""Triton wants this prefix before the name that it is told; over HTTP it takes the name alone."""


def admin_key(state: Path, *, inherited: Mapping[str, str] = os.environ) -> str:
    """The operator's key (``LIVETRANSLATE_ADMIN_KEY``), else the one that this state folder made for itself.

    Raises:
        ServingError: the file cannot be made or read.
    """
    return inherited.get(KEY_VARIABLE) or ensure_secret(state / FILE_NAME, what="The key for administration")


def arguments(key: str) -> list[str]:
    """The arguments with which Triton asks for the key."""
    restriction = f"{','.join(PROTOCOLS)}:{HEADER}={key}"
    return [f"--grpc-restricted-protocol={restriction}", f"--http-restricted-api={restriction}"]


def grpc_headers(key: str) -> dict[str, str]:
    """The header that a gRPC call of an administrator carries."""
    return {GRPC_HEADER: key}
