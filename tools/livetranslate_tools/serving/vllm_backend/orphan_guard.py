"""Ends the engine's processes when Triton's stub dies without ending them.

vLLM runs its engine core and workers in processes of their own. A killed stub cannot shut them down, and they would
keep gigabytes until someone looks. So the stub starts this file as a tiny process (standard library only) that waits
on a pipe: when the pipe closes, whatever still carries the stub's mark in its environment is ended, and the shared
memory of all that ever did is removed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MARK = "LIVETRANSLATE_ENGINE_OWNER"
"""Environment variable inherited by every process the engine starts."""

# The engine needs several seconds to leave in order; killed earlier it would leave shared memory behind.
_GRACE_S = 10.0


class OrphanGuard:
    """The stub's side: marks what is started from now on and holds the pipe open."""

    def __init__(self, python: str) -> None:
        """Starts the guard.

        Args:
            python: interpreter to run it with.
        """
        owner = f"{os.getpid()}-{time.time_ns()}"
        unmarked = {name: value for name, value in os.environ.items() if name != MARK}
        # Only later children inherit it; the stub's own /proc/…/environ stays as it was, so it is never a target.
        os.environ[MARK] = owner
        self._process = subprocess.Popen(
            [python, __file__, owner],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=unmarked,
            # A signal for the whole group must not take the guard first.
            start_new_session=True,
        )

    def note_memory(self) -> None:
        """The engine runs now: its shared memory is to go in the end, even if its processes have died before.

        Raises:
            OSError: the guard has died.
        """
        if self._process.stdin is not None:
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()

    def close(self, *, timeout_s: float = 30.0) -> None:
        """Lets the guard end what is left and waits for it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def marked_processes(owner: str) -> list[int]:
    """Process ids whose environment carries the mark."""
    needle = f"{MARK}={owner}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue  # ended meanwhile, or another user's
        if needle in environment.split(b"\0"):
            found.append(int(entry.name))
    return found


def shared_memory(pids: list[int]) -> set[Path]:
    """Shared memory that these processes made with Python (their message queues, 160 MB each)."""
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
                _, _, path = line.partition("/dev/shm/psm_")  # noqa: S108 - Linux's own place for it
                if path:
                    found.add(Path(f"/dev/shm/psm_{path}"))  # noqa: S108
    return found


def end_marked(owner: str, noted: set[Path], *, grace_s: float = _GRACE_S) -> None:
    """SIGTERM to every marked process, SIGKILL to those that stay; then all their shared memory goes."""
    left_behind = noted | shared_memory(marked_processes(owner))
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        for pid in marked_processes(owner):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal_number)
        deadline = time.monotonic() + grace_s
        while marked_processes(owner) and time.monotonic() < deadline:
            time.sleep(0.1)
    for path in left_behind:
        path.unlink(missing_ok=True)


def main() -> None:
    """Notes the engine's shared memory at each line, waits until the pipe from the stub closes, then cleans up."""
    noted: set[Path] = set()
    for _ in sys.stdin.buffer:
        noted |= shared_memory(marked_processes(sys.argv[1]))
    end_marked(sys.argv[1], noted)


if __name__ == "__main__":
    main()
