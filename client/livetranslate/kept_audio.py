"""Audio that a session keeps until the server has said that everything before it is final."""

from __future__ import annotations

from collections import deque


class KeptAudio:
    """The end of a byte stream, addressed by the number of bytes before.

    Attributes:
        start: position of the oldest byte kept.
        end: position after the newest byte.
    """

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self.start = 0
        self.end = 0

    def __len__(self) -> int:
        return self.end - self.start

    def append(self, data: bytes) -> None:
        """Adds bytes at the end."""
        if data:
            self._chunks.append(data)
            self.end += len(data)

    def read(self, position: int, size: int) -> bytes:
        """At most ``size`` bytes from a position that is still kept."""
        parts: list[bytes] = []
        at = self.start
        for chunk in self._chunks:
            if at + len(chunk) > position:
                part = chunk[max(0, position - at) : max(0, position - at) + size]
                parts.append(part)
                size -= len(part)
                if size <= 0:
                    break
            at += len(chunk)
        return b"".join(parts)

    def forget_before(self, position: int) -> None:
        """Drops what lies before a position."""
        while self._chunks and self.start + len(self._chunks[0]) <= position:
            self.start += len(self._chunks.popleft())
        if self._chunks and self.start < position:
            self._chunks[0] = self._chunks[0][position - self.start :]
            self.start = position
