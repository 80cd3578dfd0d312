"""What a server costs: CPU time and memory of a process and all its descendants, by group."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

MIB = 1 << 20
_EVERY_S = 0.5
_STUB = "triton_python_backend_stub"

Grouping = Callable[[list[psutil.Process]], str]


def by_model(line: list[psutil.Process]) -> str:
    """Triton's processes: ``server``, or the model that a stub (or anything below it) serves.

    Args:
        line: a process and its ancestors up to the server's root, nearest first.
    """
    for process in line:
        command = process.cmdline()
        if command and Path(command[0]).name == _STUB:
            return Path(command[1]).parts[-3]
    return "server"


def all_together(line: list[psutil.Process]) -> str:  # noqa: ARG001 - one group whatever the process
    """One group."""
    return "server"


class Meter:
    """Measures while it is entered; a process that ends meanwhile counts with what it had used when last seen.

    Attributes:
        cpu_s: CPU seconds, user and system, by group.
        before_bytes: resident memory at the beginning, by group. Pages that processes share count in each.
        peak_bytes: the most at any look, by group.
    """

    def __init__(self, pid: int, grouping: Grouping = by_model) -> None:
        self.cpu_s: dict[str, float] = {}
        self.before_bytes: dict[str, int] = {}
        self.peak_bytes: dict[str, int] = {}
        self._root = psutil.Process(pid)
        self._grouping = grouping
        self._groups: dict[int, str] = {}
        self._used_before_s: dict[int, float] = {}
        self._used_s: dict[int, float] = {}
        self._history: list[tuple[float, dict[str, float]]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Meter:
        self.before_bytes = self._look()
        self.peak_bytes = dict(self.before_bytes)
        self._used_before_s = dict(self._used_s)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._note_peak(self._look())
        self.cpu_s = self._used_since_entered()

    def cpu_until(self, at: float) -> dict[str, float]:
        """CPU seconds by group up to a :func:`time.monotonic` of the past, to about half a second."""
        return next((used for looked_at, used in self._history if looked_at >= at), self.cpu_s)

    def _used_since_entered(self) -> dict[str, float]:
        used: defaultdict[str, float] = defaultdict(float)
        for pid, used_s in list(self._used_s.items()):
            used[self._groups[pid]] += used_s - self._used_before_s.get(pid, 0.0)
        return dict(used)

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self._note_peak(self._look())
            self._history.append((time.monotonic(), self._used_since_entered()))

    def _note_peak(self, held: dict[str, int]) -> None:
        for group, size in held.items():
            self.peak_bytes[group] = max(size, self.peak_bytes.get(group, 0))

    def _look(self) -> dict[str, int]:
        """Notes each process' CPU time; returns resident memory by group."""
        held: defaultdict[str, int] = defaultdict(int)
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return {}
        for process in family:
            # One that has just ended counts with what it had used at the last look.
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if process.pid not in self._groups:
                    self._groups[process.pid] = self._grouping(self._line(process))
                times = process.cpu_times()
                self._used_s[process.pid] = times.user + times.system
                held[self._groups[process.pid]] += process.memory_info().rss
        return dict(held)

    def _line(self, process: psutil.Process) -> list[psutil.Process]:
        line = [process]
        while line[-1].pid != self._root.pid and (parent := line[-1].parent()) is not None:
            line.append(parent)
        return line
