"""Taking facts out of the audit log, by right or by rule, so that it shows and the chain holds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from livetranslate.audit import files
from livetranslate.audit.log import AuditLog
from livetranslate.audit.record import Kind, decode


def forget(log: AuditLog, tenant: str) -> int:
    """Deletes the facts of every record of a tenant; the lines stay, and a new one says how many were deleted.

    Returns:
        How many records.

    Raises:
        OSError: a file could not be replaced; running it again goes on.
        ValueError: the log holds a line that is no record; verify it first.
    """
    forgotten = 0
    with files.locked(log.folder):
        for file in files.segments(log.folder):
            records = [decode(line) for line in file.read_bytes().splitlines()]
            theirs = [record.body is not None and record.body.get("tenant") == tenant for record in records]
            if any(theirs):
                kept = (
                    old.without_body() if is_theirs else old for old, is_theirs in zip(records, theirs, strict=True)
                )
                files.replace(file, b"".join(record.line() for record in kept))
                forgotten += sum(theirs)
        if forgotten:
            # Whose they were is what was asked to be forgotten.
            log.append_locked((Kind.FORGOTTEN, {"records": forgotten}))
    return forgotten


def retain(log: AuditLog, days: float) -> int:
    """Removes files whose newest line is older; the anchor then says what the oldest one kept is chained to.

    Returns:
        How many records.

    Raises:
        OSError: a file could not be removed.
        ValueError: the log holds a line that is no record; verify it first.
    """
    limit = (datetime.now(timezone.utc) - timedelta(days=days)).isoformat(timespec="milliseconds")
    removed = 0
    with files.locked(log.folder):
        old: list[Path] = []
        newest = None
        for file in files.segments(log.folder):
            lines = file.read_bytes().splitlines()
            records = [decode(line) for line in lines]
            if records and records[-1].at >= limit:
                break
            old.append(file)
            removed += len(records)
            newest = records[-1] if records else newest
        if newest is None:
            return 0
        # The anchor first: with it in place, a file that is still there only begins too early, which shows.
        files.write_mark(log.folder, files.ANCHOR, newest.seq, newest.mac, log.key)
        for file in old:
            file.unlink()
        log.append_locked((Kind.RETAINED, {"records": removed, "days": days}))
    return removed
