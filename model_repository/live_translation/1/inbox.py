"""A session's queue of audio: chunks wait here with their acknowledgements, and memory stays bounded.

A chunk is acknowledged at once while little is waiting, and only when it has been taken out when much is: a client
that waits for acknowledgements can send a file as fast as the server digests it, and no faster.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from livetranslate.protocol import ErrorCode, LiveTranslateError

PIECE_S = 0.25
"""Longest piece handed out at a time, seconds."""

MAX_WAITING_CHUNKS = 16_384
"""Chunks that may wait, however short: each holds a request of Triton's. 120 s in chunks of 10 ms are 12,000."""

Acknowledge = Callable[[], None]


@dataclass(frozen=True)
class Chunk:
    """Audio bytes, or the length of bytes that were dropped; ``last`` marks the end of the stream."""

    data: bytes = b""
    dropped_bytes: int = 0
    last: bool = False


class Inbox:
    """Chunks from the transport's thread to the session's.

    Args:
        bytes_per_s: bytes of one second of the session's audio.
        acknowledge_ahead_s: audio that may wait and still be acknowledged at once, seconds.
        max_backlog_s: audio that may wait at most, seconds; more is refused.
        piece_s: longest piece handed out at a time, seconds.
    """

    def __init__(
        self, *, bytes_per_s: int, acknowledge_ahead_s: float, max_backlog_s: float, piece_s: float = PIECE_S
    ) -> None:
        self._bytes_per_s = bytes_per_s
        self._ahead_bytes = int(acknowledge_ahead_s * bytes_per_s)
        self._max_bytes = int(max_backlog_s * bytes_per_s)
        self._piece_bytes = max(1, int(piece_s * bytes_per_s))
        self._condition = threading.Condition()
        self._chunks: deque[bytes | int] = deque()
        self._held: deque[tuple[int, Acknowledge]] = deque()
        self._waiting_bytes = 0
        self._received_bytes = 0
        self._taken_bytes = 0
        self._ended = False

    def duration_s(self, size_bytes: int) -> float:
        """How long so many bytes of this session's audio last, seconds."""
        return size_bytes / self._bytes_per_s

    @property
    def backlog_s(self) -> float:
        """Audio that waits, seconds."""
        return self._waiting_bytes / self._bytes_per_s

    def put(self, data: bytes, acknowledge: Acknowledge) -> None:
        """Queues a chunk.

        Raises:
            LiveTranslateError: ``SERVER_BUSY`` (too much waits, or too many chunks) or ``SESSION_ENDED``; the chunk
                is not queued and not acknowledged.
        """
        with self._condition:
            if self._ended:
                raise LiveTranslateError(
                    ErrorCode.SESSION_ENDED, "Audio came after the END of the session; start a new session for it."
                )
            if self._waiting_bytes + len(data) > self._max_bytes:
                raise LiveTranslateError(
                    ErrorCode.SERVER_BUSY,
                    f"{self.backlog_s:.0f} s of audio wait to be processed (limit "
                    f"{self._max_bytes / self._bytes_per_s:.0f} s); {len(data) / self._bytes_per_s:.2f} s dropped. "
                    "Wait for acknowledgements before sending more.",
                )
            if len(self._chunks) >= MAX_WAITING_CHUNKS or len(self._held) >= MAX_WAITING_CHUNKS:
                raise LiveTranslateError(
                    ErrorCode.SERVER_BUSY,
                    f"{MAX_WAITING_CHUNKS} chunks wait to be processed, which is the limit; one of {len(data)} bytes "
                    "was dropped. Wait for acknowledgements before sending more, in chunks of 0.1 s.",
                )
            if data:
                self._chunks.append(data)
            self._waiting_bytes += len(data)
            self._received_bytes += len(data)
            held = self._waiting_bytes > self._ahead_bytes
            if held:
                self._held.append((self._received_bytes, acknowledge))
            self._condition.notify()
        if not held:
            acknowledge()

    def skip(self, size_bytes: int) -> bool:
        """Queues a gap in place of a chunk that was refused: what follows keeps its place in time.

        Returns:
            Whether a gap begins; False when the chunk before was refused too, and after the end.
        """
        with self._condition:
            if self._ended:
                return False
            if self._chunks and isinstance(self._chunks[-1], int):
                self._chunks[-1] += size_bytes
                return False
            self._chunks.append(size_bytes)
            self._condition.notify()
            return True

    def end(self) -> None:
        """No more audio comes."""
        with self._condition:
            self._ended = True
            self._condition.notify()

    def take(self, *, timeout_s: float) -> Chunk | None:
        """The next piece, at most ``piece_s`` long; None when nothing came in time."""
        with self._condition:
            if not self._chunks and not self._ended:
                self._condition.wait(timeout_s)
            if not self._chunks:
                return Chunk(last=True) if self._ended else None
            pieces: list[bytes] = []
            room = self._piece_bytes
            while self._chunks and room > 0:
                data = self._chunks.popleft()
                if isinstance(data, int):
                    if not pieces:
                        return Chunk(dropped_bytes=data)
                    self._chunks.appendleft(data)
                    break
                if len(data) > room:
                    self._chunks.appendleft(data[room:])
                    data = data[:room]
                pieces.append(data)
                room -= len(data)
            piece = b"".join(pieces)
            self._waiting_bytes -= len(piece)
            self._taken_bytes += len(piece)
            due = []
            while self._held and self._held[0][0] <= self._taken_bytes + self._ahead_bytes:
                due.append(self._held.popleft()[1])
        for acknowledge in due:
            acknowledge()
        return Chunk(piece)

    def release(self) -> None:
        """Acknowledges whatever is still held: the session is over."""
        with self._condition:
            self._ended = True
            due = [acknowledge for _, acknowledge in self._held]
            self._held.clear()
            self._chunks.clear()
            self._waiting_bytes = 0
        for acknowledge in due:
            acknowledge()


def keep_open() -> None:
    """Acknowledges nothing: START's sender carries the events, and its end is the session's."""


def once(action: Callable[[], None]) -> Callable[[], None]:
    """The action, run on the first call only, whatever thread it comes from: a request takes one FINAL."""
    lock = threading.Lock()
    done = False

    def run() -> None:
        nonlocal done
        with lock:
            if done:
                return
            done = True
        action()

    return run
