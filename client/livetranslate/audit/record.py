"""One line of the audit log and the hashes that hold it in its place.

The keyed hash covers a digest of the body, not the body: a body can be deleted and its line still fits. The digest is
salted, and the salt goes with the body, so that what was deleted cannot be guessed from the digest.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timezone
from enum import Enum
from typing import Any

import msgspec

FIRST_PREVIOUS = "0" * 64
"""What the first line of a log is chained to."""


class Kind(str, Enum):
    """What a record tells of."""

    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    SESSION_REFUSED = "session_refused"
    ADMIN = "admin"
    FORGOTTEN = "forgotten"
    RETAINED = "retained"
    REPAIRED = "repaired"


class Record(msgspec.Struct, frozen=True):
    """A line.

    Attributes:
        seq: its number, from 1, without gaps.
        at: when, UTC.
        kind: what it tells of.
        body: the facts; None once they were deleted.
        salt: random, hexadecimal; None once the body was deleted.
        digest: SHA-256 of salt and body.
        prev: the ``mac`` of the line before.
        mac: HMAC-SHA256, by the log's key, of all but body and salt.
    """

    seq: int
    at: str
    kind: Kind
    body: dict[str, Any] | None
    salt: str | None
    digest: str
    prev: str
    mac: str

    def line(self) -> bytes:
        """As it stands in the file."""
        return msgspec.json.encode(self) + b"\n"

    def without_body(self) -> Record:
        """The same line with its facts deleted."""
        return msgspec.structs.replace(self, body=None, salt=None)

    def problem(self, key: bytes) -> str | None:
        """What is wrong with the line by itself; None when nothing is."""
        if not hmac.compare_digest(self.mac, _mac(key, self.seq, self.at, self.kind, self.digest, self.prev)):
            return "was changed, or another key made it"
        if self.body is None:
            return None
        if self.salt is None or not hmac.compare_digest(self.digest, _digest(self.salt, self.body)):
            return "has a changed body"
        return None


def seal(kind: Kind, body: dict[str, Any], *, seq: int, prev: str, key: bytes) -> Record:
    """A new line behind the one whose ``mac`` is ``prev``."""
    at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    salt = secrets.token_hex(8)
    # As it will be read again: sets, enums and dates are texts then.
    body = msgspec.json.decode(msgspec.json.encode(body))
    digest = _digest(salt, body)
    return Record(seq, at, kind, body, salt, digest, prev, _mac(key, seq, at, kind, digest, prev))


def decode(line: bytes) -> Record:
    """A line of a file.

    Raises:
        ValueError: it is none.
    """
    try:
        return msgspec.json.decode(line, type=Record)
    except msgspec.DecodeError as error:
        raise ValueError(f"is no record: {error}") from error


def _digest(salt: str, body: dict[str, Any]) -> str:
    return hashlib.sha256(salt.encode() + msgspec.json.encode(body, order="sorted")).hexdigest()


def _mac(key: bytes, seq: int, at: str, kind: Kind, digest: str, prev: str) -> str:
    # Separated by a character that none of them holds, so that no two records give one text.
    text = "\n".join((str(seq), at, kind.value, digest, prev))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
