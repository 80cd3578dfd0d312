"""Counts the processes that use something, by the kernel: a killed one counts no more."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class UseLock:
    """Shared by all users of a thing; one of them can ask whether it is the last.

    Args:
        path: the lock file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Counts this process as a user; waits while another one, being the last, tidies up."""
        if self._descriptor is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def is_ours_alone(self) -> bool:
        """Whether no other process uses it; if so, none can begin to before :meth:`release`."""
        if self._descriptor is None:
            return False
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """This process is no user any more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
