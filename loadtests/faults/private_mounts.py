"""File systems that may be filled: small ones, in a mount namespace that nobody else sees.

The command starts itself again under ``unshare --mount`` (util-linux). There it mounts a small /dev/shm and a small
folder for the server's state. All of it is gone when its last process is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loadtests.faults.ground import SHARED_MEMORY

_INSIDE = "LIVETRANSLATE_FAULTS_NAMESPACE"
SHARED_MEMORY_MIB = 256
DISK_MIB = 96


def is_inside() -> bool:
    """Whether this command runs in a namespace of its own."""
    return bool(os.environ.get(_INSIDE))


def enter() -> None:
    """Starts this command again inside a namespace of its own, and does not return.

    Where that is not allowed, or has been done, it returns and the command goes on as it is.
    """
    if is_inside():
        return
    unshare = shutil.which("unshare")
    command = [str(unshare), "--mount", "--propagation", "private", "--"]
    if unshare is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        return
    os.environ[_INSIDE] = "1"
    sys.stdout.flush()
    os.execv(unshare, [*command, sys.executable, "-m", "loadtests.faults", *sys.argv[1:]])  # noqa: S606 - no shell wanted


@contextmanager
def small_shared_memory() -> Iterator[Path]:
    """A small /dev/shm over the machine's, for this namespace.

    Raises:
        subprocess.CalledProcessError: it cannot be mounted.
    """
    with _mounted(SHARED_MEMORY, SHARED_MEMORY_MIB):
        yield SHARED_MEMORY


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A small file system at a folder, for this namespace.

    Raises:
        subprocess.CalledProcessError: it cannot be mounted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _mounted(folder, DISK_MIB):
        yield folder


@contextmanager
def _mounted(folder: Path, size_mib: int) -> Iterator[None]:
    options = f"size={size_mib}m,mode=1777"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
