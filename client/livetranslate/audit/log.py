"""Appending to the audit log: from several processes, never in the middle of one another, repaired after a crash."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from livetranslate.audit import files
from livetranslate.audit.record import Kind, Record, decode, seal

SEGMENT_BYTES = 8 << 20
"""A file that is larger gets no further line; about 15,000 sessions."""


class AuditLog:
    """The audit log of one folder.

    Args:
        folder: where it is; made with the first record.
        key: what the chain is keyed with.
        segment_bytes: size from which a new file is begun.
    """

    def __init__(self, folder: Path, key: bytes, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self.key = key
        self._segment_bytes = segment_bytes

    def append(self, *entries: tuple[Kind, dict[str, Any]]) -> list[Record]:
        """Adds records; they are on the disk when this returns.

        Raises:
            OSError: they could not be written. None of them is in the log then.
            ValueError: the log's end is no record of this key.
        """
        with files.locked(self.folder):
            return self.append_locked(*entries)

    def append_locked(self, *entries: tuple[Kind, dict[str, Any]]) -> list[Record]:
        """As :meth:`append`, by one who holds the lock."""
        file, last = self._tail()
        seq, prev = (last.seq, last.mac) if last else self._beginning()
        records = []
        for kind, body in entries:
            seq += 1
            record = seal(kind, body, seq=seq, prev=prev, key=self.key)
            prev = record.mac
            records.append(record)
        if not records:
            return []
        if file is None or file.stat().st_size >= self._segment_bytes:
            file = files.segment(self.folder, records[0].seq)
        self._write(file, b"".join(record.line() for record in records))
        files.write_mark(self.folder, files.HEAD, seq, prev, self.key)
        return records

    def _beginning(self) -> tuple[int, str]:
        anchor = files.read_mark(self.folder, files.ANCHOR) or files.BEFORE_ALL
        return anchor.seq, anchor.mac

    def _tail(self) -> tuple[Path | None, Record | None]:
        """The newest file and its last whole line; half a line, of a process that died, is put aside."""
        for file in reversed(files.segments(self.folder)):
            self._repair(file)
            lines = _last_line(file)
            if lines:
                return file, decode(lines)
        return None, None

    def _repair(self, file: Path) -> None:
        content_end = _whole_lines_bytes(file)
        size = file.stat().st_size
        if content_end < size:
            with file.open("r+b") as content:
                content.seek(content_end)
                torn = content.read()
                files.replace(file.with_name(f"{file.name}.torn"), torn)
                content.truncate(content_end)

    def _write(self, file: Path, lines: bytes) -> None:
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        before = os.fstat(descriptor).st_size
        try:
            written = os.write(descriptor, lines)
            if written != len(lines):  # a full disk takes a part
                raise OSError(f"Only {written} of {len(lines)} bytes could be written to {file}; is the disk full?")
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
        finally:
            os.close(descriptor)


def _last_line(file: Path) -> bytes:
    """The last line of a file that ends with a newline, or nothing."""
    with file.open("rb") as content:
        end = content.seek(0, os.SEEK_END)
        block = b""
        while end > 0 and block.count(b"\n") < 2:
            start = max(0, end - 65_536)
            content.seek(start)
            block = content.read(end - start) + block
            end = start
    return block.rstrip(b"\n").rpartition(b"\n")[2]


def _whole_lines_bytes(file: Path) -> int:
    """Bytes up to the end of the last whole line."""
    with file.open("rb") as content:
        end = content.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65_536)
            content.seek(start)
            found = content.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0
