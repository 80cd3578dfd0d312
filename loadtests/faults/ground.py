"""What a fault may lay its hands on: the server's processes, its network, its disk, its shared memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from livetranslate.protocol import tensors
from livetranslate_tools.serving.shared_memory import FOLDER as SHARED_MEMORY
from livetranslate_tools.serving.triton import STUB
from loadtests.faults.server import Server
from loadtests.live.unreliable_network import UnreliableNetwork


@dataclass(frozen=True)
class Ground:
    """The place of the faults.

    Attributes:
        server: the server.
        network: what its clients connect through.
        small_disk: the state folder, where it is a small file system of its own that may be filled; or None.
        small_shared_memory: /dev/shm, where it is one of its own, seen by nobody else; or None.
        clock: sets the server's clock (see :mod:`loadtests.faults.false_clock`), where it has one of its own; or None.
    """

    server: Server
    network: UnreliableNetwork
    small_disk: Path | None = None
    small_shared_memory: Path | None = None
    clock: Path | None = None

    def stub(self, model: str) -> list[psutil.Process]:
        """The stubs of a model, without what they started."""
        return [process for process in self.server.stubs().get(model, ()) if _is_stub(process)]

    def engine(self) -> list[psutil.Process]:
        """VLLM's engine process: what the language model's stub started."""
        children = [one for one in self.server.stubs().get(tensors.LLM, ()) if not _is_stub(one)]
        named = [one for one in children if "engine" in " ".join(_line(one)).lower()]
        return named or children

    def triton(self) -> list[psutil.Process]:
        """Triton itself."""
        pid = self.server.record().triton_pid
        return [psutil.Process(pid)] if pid is not None and psutil.pid_exists(pid) else []


def _is_stub(process: psutil.Process) -> bool:
    line = _line(process)
    return bool(line) and line[0].endswith(STUB)


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def fill(folder: Path, name: str = "faults.filler") -> Path:
    """Fills a file system to its last byte with one file; returns the file.

    The caller has made sure that it is a small one, and removes the file.
    """
    filler = folder / name
    size = 1 << 20
    with filler.open("wb", buffering=0) as file:
        while size >= 1:
            try:
                written = file.write(bytes(size))
            except OSError:
                written = 0
            if written < size:
                size //= 2
    return filler


__all__ = ["SHARED_MEMORY", "Ground", "fill"]
