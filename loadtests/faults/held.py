"""What a server's processes hold, before and after: a leak is what stays."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import psutil

from livetranslate_tools.serving import instance, shared_memory
from loadtests.faults.server import Server
from loadtests.live.leftovers import Footprint

SETTLE_S = 15.0
"""How long what sessions held may take to be given back."""


def held(server: Server) -> Footprint:
    """Of all living processes of the server, and of the shared memory with its name or in its hands."""
    ours = instance.processes(server.state)
    names = {path.name for path in shared_memory.FOLDER.glob(f"{instance.shared_memory_prefix(server.state)}*")}
    names |= shared_memory.mapped(ours)
    sizes = [path.stat().st_size for name in names if (path := shared_memory.FOLDER / name).is_file()]
    rss = threads = files = 0
    for process in ours:
        with suppress(psutil.Error):  # ended meanwhile
            rss += process.memory_info().rss
            threads += process.num_threads()
            files += process.num_fds()
    return Footprint(round(rss / 2**20, 1), round(sum(sizes) / 2**20, 1), len(sizes), len(ours), threads, files)


async def settled(server: Server, before: Footprint) -> Footprint:
    """What is held once nothing more is given back, or after a while."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        after = await asyncio.to_thread(held, server)
        is_back = after.processes <= before.processes and after.threads <= before.threads
        if (is_back and after.files <= before.files) or time.monotonic() > deadline:
            return after
        await asyncio.sleep(1.0)


def zombies(server: Server) -> int:
    """Processes that have ended and that their parents have not collected."""
    supervisor = psutil.Process(server.record().supervisor_pid)
    return sum(_is_zombie(process) for process in supervisor.children(recursive=True))


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
