"""Leftovers in /dev/shm: a crashed stub never removes its regions, and they are memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psutil

FOLDER = Path("/dev/shm")  # noqa: S108 - the kernel's POSIX shared memory, not a temporary folder


def mapped(processes: Iterable[psutil.Process]) -> set[str]:
    """Names of the regions that these processes map."""
    names: set[str] = set()
    start = f"{FOLDER}/"
    for process in processes:
        try:
            lines = Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:  # ended meanwhile, or another user's
            continue
        for line in lines:
            path = line[line.find("/") :] if "/" in line else ""
            if path.startswith(start) and not path.endswith("(deleted)"):
                names.add(path.removeprefix(start))
    return names


def remove_leftovers(*, prefix: str, known: Iterable[str]) -> list[str]:
    """Removes the regions with our prefix, and those known to be ours, that no process maps any more.

    Args:
        prefix: what the regions of this server's Python backend begin with.
        known: regions of other makers (vLLM's engine) that this server's processes were seen to map.

    Returns:
        The names that were removed.
    """
    candidates = {path.name for path in FOLDER.glob(f"{prefix}*")} | {
        name for name in known if (FOLDER / name).is_file()
    }
    if not candidates:
        return []
    leftovers = sorted(candidates - mapped(psutil.process_iter()))
    for name in leftovers:
        (FOLDER / name).unlink(missing_ok=True)
    return leftovers
