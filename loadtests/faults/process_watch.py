"""Whether any process of the server ends while it is treated badly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from livetranslate_tools.serving import instance
from loadtests.faults.server import Server

EVERY_S = 0.5
TRITON = "tritonserver"
CONSEQUENCE_S = 10.0


@dataclass(frozen=True)
class Ended:
    """A process that was there and is gone.

    Attributes:
        model: whose stub (or engine) it was, or ``tritonserver``.
        pid: its id.
        at: monotonic time at which that was seen.
    """

    model: str
    pid: int
    at: float


class ProcessWatch:
    """Looks every half second; new processes of a restarted model are watched from then on.

    Attributes:
        ended: every process that has ended, in order.
    """

    def __init__(self, server: Server) -> None:
        self.ended: list[Ended] = []
        self._server = server
        self._known: dict[psutil.Process, str] = {}
        self.look()

    def look(self) -> list[Ended]:
        """Looks now, for new processes too; returns those that have ended since the last look."""
        news = self.gone()
        for model, processes in self._server.stubs().items():
            self._known |= dict.fromkeys(processes, model)
        pid = self._server.record().triton_pid
        if pid is not None and psutil.pid_exists(pid):
            self._known[psutil.Process(pid)] = TRITON
        return news

    def gone(self) -> list[Ended]:
        """Looks only after those that are known, which is quick."""
        gone = [process for process in self._known if not instance.is_alive(process)]
        news = [Ended(self._known.pop(process), process.pid, time.monotonic()) for process in gone]
        self.ended += news
        return news

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(EVERY_S)


def incidents(ended: Iterable[Ended]) -> list[Ended]:
    """One for each crash: what ends soon after another is its consequence; Triton's end explains all others."""
    found: list[list[Ended]] = []
    for one in sorted(ended, key=lambda one: one.at):
        if found and one.at - found[-1][-1].at < CONSEQUENCE_S:
            found[-1].append(one)
        else:
            found.append([one])
    return [next((one for one in group if one.model == TRITON), group[0]) for group in found]
