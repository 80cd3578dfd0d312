"""How much audio may be on its way: sent, and not yet acknowledged by the server.

The server answers every audio request with an empty final response once it is willing to take more. Waiting for
these answers keeps a fast sender from piling audio up in the network, the server and here.
"""

from __future__ import annotations

import asyncio


class AudioWindow:
    """Counts unacknowledged audio and makes its sender wait at the limit.

    Args:
        limit_s: most unacknowledged audio, in seconds. A single chunk may exceed it when nothing else waits.
    """

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._pending: dict[str, float] = {}
        self._room = asyncio.Event()
        self._room.set()
        self._closed = False

    @property
    def pending_s(self) -> float:
        """Seconds of audio that were sent and not acknowledged."""
        return sum(self._pending.values())

    async def wait_for_room(self, duration_s: float) -> None:
        """Returns when ``duration_s`` more seconds may be sent, or when the window is closed."""
        while not self._closed and self._pending and self.pending_s + duration_s > self.limit_s:
            self._room.clear()
            await self._room.wait()

    def add(self, request_id: str, duration_s: float) -> None:
        """Notes that a request with this much audio is sent."""
        self._pending[request_id] = duration_s

    def acknowledge(self, request_id: str) -> None:
        """Notes that the server took a request's audio; unknown ids are ignored."""
        if self._pending.pop(request_id, None) is not None:
            self._room.set()

    def close(self) -> None:
        """Lets every waiting sender go on: nothing will be acknowledged any more."""
        self._closed = True
        self._room.set()
