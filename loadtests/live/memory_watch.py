"""Resident memory of a server's processes and of this one, looked at again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil

from loadtests.processes import by_model
from loadtests.slope import Slope

CLIENT = "client"
TRITON = "tritonserver"
MB = 1e6
HOUR_S = 3600.0


@dataclass
class Memory:
    """Samples of one group of processes.

    Attributes:
        samples: (seconds of session audio sent, resident bytes).
    """

    samples: list[tuple[float, int]] = field(default_factory=list)

    def slope(self, *, after_s: float) -> Slope | None:
        """Growth in MB (10^6 bytes) an hour of audio, from ``after_s`` seconds of audio on."""
        return Slope.of([(at_s / HOUR_S, held / MB) for at_s, held in self.samples if at_s >= after_s])

    def held_mb(self, at_s: float) -> float | None:
        """MB at the first sample from ``at_s`` on."""
        return next((held / MB for when_s, held in self.samples if when_s >= at_s), None)


class MemoryWatch:
    """Follows the processes that are there when it is made; one that ends is a failure, not a saving.

    Args:
        root_pid: the server's outermost process; None watches this process alone.
    """

    def __init__(self, root_pid: int | None) -> None:
        self.memory: defaultdict[str, Memory] = defaultdict(Memory)
        self._processes = [(CLIENT, psutil.Process())]
        if root_pid is not None:
            self._processes += _models(psutil.Process(root_pid))

    def look(self, audio_s: float) -> None:
        """Takes one sample of every group.

        Raises:
            psutil.NoSuchProcess: a process has ended.
        """
        held: defaultdict[str, int] = defaultdict(int)
        for group, process in self._processes:
            held[group] += process.memory_info().rss
        for group, size in held.items():
            self.memory[group].samples.append((audio_s, size))


def _models(root: psutil.Process) -> Iterator[tuple[str, psutil.Process]]:
    """Triton and its models; helpers of the supervisor are left out."""
    for process in root.children(recursive=True):
        line = [process, *(parent for parent in process.parents() if parent.pid != root.pid)]
        model = by_model(line)
        if model != "server":
            yield model, process
        elif process.name() == TRITON:
            yield TRITON, process
