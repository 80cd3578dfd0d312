"""The audit log's folder: numbered files, the head, the anchor, and the lock that writers and menders hold.

* ``audit-00000001.jsonl``: lines; the number is that of the first one.
* ``head.json``: the newest line, signed: an end that was cut off shows.
* ``anchor.json``: what the oldest line that is kept was chained to, signed: older ones were removed by rule.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from livetranslate.audit.record import FIRST_PREVIOUS

HEAD = "head.json"
ANCHOR = "anchor.json"
_NAME = "audit-{:08d}.jsonl"


class Mark(msgspec.Struct, frozen=True):
    """A signed place in the chain: a line's number and its ``mac``."""

    seq: int
    mac: str
    signature: str

    @classmethod
    def sign(cls, name: str, seq: int, mac: str, key: bytes) -> Mark:
        """The mark that is kept under this name."""
        return cls(seq, mac, _signature(name, seq, mac, key))

    def is_genuine(self, name: str, key: bytes) -> bool:
        """Whether this key signed it, for this name."""
        return hmac.compare_digest(self.signature, _signature(name, self.seq, self.mac, key))


BEFORE_ALL = Mark(0, FIRST_PREVIOUS, "")
"""Where a log without an anchor begins."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which several processes share; makes the folder.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def segments(folder: Path) -> list[Path]:
    """The files with lines, oldest first."""
    return sorted(folder.glob("audit-*.jsonl"))


def segment(folder: Path, first_seq: int) -> Path:
    """The file that begins with this line."""
    return folder / _NAME.format(first_seq)


def read_mark(folder: Path, name: str) -> Mark | None:
    """The mark of this name; None when there is none.

    Raises:
        ValueError: the file is no mark.
    """
    file = folder / name
    if not file.exists():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Mark)
    except msgspec.DecodeError as error:
        raise ValueError(f"{name} is no mark: {error}") from error


def write_mark(folder: Path, name: str, seq: int, mac: str, key: bytes) -> None:
    """Replaces the mark of this name.

    Raises:
        OSError: it cannot be written.
    """
    replace(folder / name, msgspec.json.encode(Mark.sign(name, seq, mac, key)))


def replace(file: Path, content: bytes) -> None:
    """Replaces a file as a whole: a reader sees the old one or the new one.

    Raises:
        OSError: it cannot be written.
    """
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=file.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as output:
            output.write(content)
            output.flush()
            os.fsync(output.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _signature(name: str, seq: int, mac: str, key: bytes) -> str:
    return hmac.new(key, f"{name}\n{seq}\n{mac}".encode(), hashlib.sha256).hexdigest()
