"""One builder at a time: a lock on a folder that also holds against what a killed builder left running."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from livetranslate_tools.environments.progress import Report

REMINDER_S = 30


def lock_file_of(folder: Path) -> Path:
    """The file, beside the folder, that whoever works on the folder holds locked."""
    return folder.with_name(folder.name + ".lock")


@contextmanager
def locked(folder: Path, *, report: Report) -> Iterator[int]:
    """Holds the lock of a folder; waits for its holder, and says so. Yields the descriptor that carries the lock.

    The lock ends with the last process that has the descriptor: a command that inherits it keeps other builders out
    of the folder it writes to, even when the builder that started it was killed.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with lock_file_of(folder).open("a") as lock_file:
        descriptor = lock_file.fileno()
        waited_s = 0
        while not _acquired(descriptor):
            if waited_s % REMINDER_S == 0:
                report(f"Another process works on {folder.name}; waiting for it to end ({waited_s} s) …")
            time.sleep(1)
            waited_s += 1
        yield descriptor


def _acquired(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
