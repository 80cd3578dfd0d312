"""Which processes on this machine belong to one server, and their orderly end.

Every process of a server carries ``LIVETRANSLATE_INSTANCE=<state folder>`` in its environment, so that even the
engine processes that vLLM leaves behind when their stub is killed are found, and nobody else's ever is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from livetranslate_tools.serving.triton import STUB

MARK = "LIVETRANSLATE_INSTANCE"


def shared_memory_prefix(state: Path) -> str:
    """Prefix of the shared memory regions that this server's Python backend makes."""
    return f"livetranslate_{hashlib.sha256(str(state).encode()).hexdigest()[:12]}_"


def processes(state: Path) -> list[psutil.Process]:
    """All running processes of the server with this state folder."""
    found = []
    for process in psutil.process_iter():
        # One that ended meanwhile, or another user's, is not ours.
        with suppress(psutil.Error):
            if process.environ().get(MARK) == str(state) and is_alive(process):
                found.append(process)
    return found


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still does anything; Triton never collects a killed stub, which stays as a zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(ours: Iterable[psutil.Process], *, grace_s: float = 2.0) -> int:
    """Ends processes: SIGTERM, then SIGKILL after the grace time. Returns how many there were."""
    ours = list(ours)
    for process in ours:
        _signal(process, kill=False)
    _, alive = psutil.wait_procs(ours, timeout=grace_s)
    for process in alive:
        _signal(process, kill=True)
    psutil.wait_procs(alive, timeout=grace_s)
    return len(ours)


def model_processes(ours: Iterable[psutil.Process], served: Path) -> dict[str, set[psutil.Process]]:
    """Model name -> its stubs and everything they started (vLLM's engine and workers).

    A stub's command line holds its model's path and the name of its instance (``<model>_<n>_<m>``).
    """
    models = [folder.name for folder in served.iterdir() if folder.is_dir()]
    found: dict[str, set[psutil.Process]] = {name: set() for name in models}
    for process in ours:
        try:
            arguments = process.cmdline()
            if not arguments or not arguments[0].endswith(STUB):
                continue
            name = next((name for name in models if _is_stub_of(name, arguments)), None)
            if name is not None:
                found[name] |= {process, *process.children(recursive=True)}
        except psutil.Error:
            continue
    return found


def memory_bytes(ours: Iterable[psutil.Process]) -> int:
    """Proportional set size of all processes together: shared pages counted once."""
    total = 0
    for process in ours:
        with suppress(psutil.Error):
            total += int(process.memory_full_info().pss)
    return total


def _is_stub_of(model: str, arguments: list[str]) -> bool:
    return any(
        argument.rpartition("/")[2].startswith(f"{model}_")
        and argument.removeprefix(f"{model}_").replace("_", "").isdigit()
        for argument in arguments[1:]
    )


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.NoSuchProcess:
        return
