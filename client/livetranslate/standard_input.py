"""Audio on standard input: a container, recognised by its first bytes, or raw PCM."""

from __future__ import annotations

import os
from collections.abc import Iterator

_SNIFF_BYTES = 12
_READ_BYTES = 1 << 16


class DescriptorReader:
    """Reads a file descriptor with as little buffering as possible, and lets the beginning be looked at.

    The descriptor is read directly: a thread blocked in ``sys.stdin`` would hold its lock when the program ends.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        """Up to ``size`` bytes from the beginning, without consuming them; waits for them."""
        while len(self._ahead) < size:
            more = os.read(self._descriptor, size - len(self._ahead))
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int = -1, /) -> bytes:
        """What is there, at most ``size`` bytes; empty at the end."""
        wanted = size if size > 0 else _READ_BYTES
        if self._ahead:
            taken, self._ahead = self._ahead[:wanted], self._ahead[wanted:]
            return taken
        return os.read(self._descriptor, wanted)

    def blocks(self) -> Iterator[bytes]:
        """Everything, as it comes."""
        while block := self.read(_READ_BYTES):
            yield block

    def holds_container(self) -> bool:
        """Whether the first bytes are those of a container; raw PCM has no mark."""
        return is_container(self.peek(_SNIFF_BYTES))


def is_container(head: bytes) -> bool:
    """Whether a stream that begins so is one of the containers that the server takes, too."""
    return (
        head.startswith((b"RIFF", b"RF64", b"fLaC", b"OggS", b"ID3", b"\x1aE\xdf\xa3", b"FORM", b"caff", b".snd"))
        or head[4:8] == b"ftyp"
        # MPEG audio frame: sync word, layer III, a real bit rate and sampling rate.
        or (len(head) > 2 and head[0] == 0xFF and head[1] in (0xFA, 0xFB, 0xF2, 0xF3) and head[2] & 0xF0 != 0xF0)
    )
