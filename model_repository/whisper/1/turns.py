"""Who may use the engine next: live clips before the windows of long files, and files not for ever last."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAX_PATIENCE_S = 5.0


class Turns:
    """A lock with two kinds of users.

    An hour-long file takes hundreds of turns, one a window. Between two of them every waiting clip goes first, so a
    live caption waits for at most one window; after 5 s of waiting a file takes its turn like a clip.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._urgent_waiting = 0

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """A turn for a clip."""
        with self._changed:
            self._urgent_waiting += 1
            self._changed.wait_for(lambda: not self._busy)
            self._urgent_waiting -= 1
            self._busy = True
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """A turn for a window of a long file."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._urgent_waiting, timeout=MAX_PATIENCE_S)
            self._changed.wait_for(lambda: not self._busy)
            self._busy = True
        try:
            yield
        finally:
            self._release()

    def _release(self) -> None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()
