"""What models are told of the state folder: who may call them, where they keep counts and the audit log, their own key.

Each can be given by the operator's environment instead; the operator's goes first.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from pathlib import Path

from livetranslate.access import KEY_HEADER
from livetranslate.access.gate import FILE_VARIABLE, INLINE_VARIABLE
from livetranslate.audit import AuditLog, Kind
from livetranslate.audit.writer import FOLDER_VARIABLE, KEY_FILE_VARIABLE
from livetranslate.protocol.model_calls import INTERNAL_KEY_VARIABLE, INTERNAL_PARAMETER
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.secret_file import ensure_secret

TENANTS = "tenants.json"
AUDIT = "audit"
USAGE = "usage"
USAGE_VARIABLE = "LIVETRANSLATE_USAGE_DIR"

FORWARDED = (KEY_HEADER, INTERNAL_PARAMETER, "traceparent")
"""Headers that Triton hands on to models, as parameters of the request."""


def arguments() -> list[str]:
    """The arguments with which Triton forwards headers."""
    pattern = "|".join(FORWARDED)
    return [f"--grpc-header-forward-pattern={pattern}", f"--http-header-forward-pattern={pattern}"]


def tenants_file(state: Path, *, inherited: Mapping[str, str] = os.environ) -> Path:
    """The tenants file of a server: ``LIVETRANSLATE_TENANTS``, else the state folder's; it need not be there."""
    return Path(inherited.get(FILE_VARIABLE) or state / TENANTS)


def audit_folder(state: Path, *, inherited: Mapping[str, str] = os.environ) -> Path:
    """The audit log of a server: ``LIVETRANSLATE_AUDIT_DIR``, else the state folder's."""
    return Path(inherited.get(FOLDER_VARIABLE) or state / AUDIT)


def audit_key_file(state: Path, *, inherited: Mapping[str, str] = os.environ) -> Path:
    """The file with the key of the audit log, made on first use.

    Keep a copy elsewhere: who has the log and the key can write another log.

    Raises:
        ServingError: it can be neither made nor read.
    """
    file = Path(inherited.get(KEY_FILE_VARIABLE) or state / "audit.key")
    ensure_secret(file, what="The key of the audit log")
    return file


def internal_key(state: Path, *, inherited: Mapping[str, str] = os.environ) -> str:
    """What calls between this server's processes carry.

    Raises:
        ServingError: the file can be neither made nor read.
    """
    return inherited.get(INTERNAL_KEY_VARIABLE) or ensure_secret(state / "internal.key", what="The server's own key")


def environment(state: Path, *, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What models find in their environment.

    Raises:
        ServingError: a key can be neither made nor read.
    """
    told = {
        INTERNAL_KEY_VARIABLE: internal_key(state, inherited=inherited),
        FOLDER_VARIABLE: str(audit_folder(state, inherited=inherited)),
        KEY_FILE_VARIABLE: str(audit_key_file(state, inherited=inherited)),
        USAGE_VARIABLE: inherited.get(USAGE_VARIABLE) or str(state / USAGE),
    }
    if not inherited.get(INLINE_VARIABLE):
        told[FILE_VARIABLE] = str(tenants_file(state, inherited=inherited))
    return told


def audit_log(state: Path, *, inherited: Mapping[str, str] = os.environ) -> AuditLog:
    """The audit log of a server.

    Raises:
        ServingError: its key can be neither made nor read.
    """
    key_file = audit_key_file(state, inherited=inherited)
    return AuditLog(audit_folder(state, inherited=inherited), key_file.read_bytes().strip())


def note(state: Path, action: str, **facts: object) -> None:
    """Puts an admin action into the audit log.

    Raises:
        ServingError: it could not be written, and the action should not be taken for recorded.
    """
    try:
        audit_log(state).append((Kind.ADMIN, {"action": action, "user": getpass.getuser(), **facts}))
    except (OSError, ValueError) as error:
        raise ServingError(f"The audit log in {audit_folder(state)} did not take the record: {error}") from error
