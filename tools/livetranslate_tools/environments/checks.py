"""Checks of the machine before work begins; each refusal is a sentence that says what to do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from livetranslate_tools.environments.errors import PreflightError
from livetranslate_tools.environments.interpreters import Interpreter, venv_missing

MIB = 1 << 20


def check_python(python: Interpreter, versions: Sequence[str], *, purpose: str) -> None:
    """Refuses a Python that an environment was not locked for, or that cannot make virtual environments.

    Raises:
        PreflightError: it is such a Python.
    """
    if python.version not in versions:
        raise PreflightError(
            f"{purpose} needs Python {' or '.join(versions)}, but {python.path} is {python.version}: install"
            f" python{versions[0]} and start again with LIVETRANSLATE_PYTHON=/path/to/python{versions[0]} make setup"
        )
    if not python.has_venv:
        raise PreflightError(venv_missing(python))


def check_shared_libraries(python: Interpreter) -> None:
    """Refuses a machine without the system libraries that Triton's Python stub and vLLM are linked with.

    Raises:
        PreflightError: names the missing ones and their Debian packages.
    """
    # Seen as the stub will see them: with the interpreter's own library folder searched first.
    probe = (
        "import ctypes, os, sys\nfolder, *names = sys.argv[1:]\nfor name in names:\n"
        "    own = os.path.join(folder, name)\n"
        "    try: ctypes.CDLL(own if os.path.exists(own) else name)\n"
        "    except OSError: print(name)"
    )
    packages = {
        f"libpython{python.version}.so.1.0": f"libpython{python.version}",
        "libstdc++.so.6": "libstdc++6",
        "libnuma.so.1": "libnuma1",
    }
    command = [str(python.path), "-I", "-c", probe, str(python.library_folder), *packages]
    missing = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if missing:
        raise PreflightError(
            f"Shared libraries are missing: {', '.join(missing)}. Install them (Debian, Ubuntu: apt-get install"
            f" {' '.join(packages[name] for name in missing)}), or choose a Python that was built with its shared"
            " library: LIVETRANSLATE_PYTHON=/path/to/python make setup"
        )


def check_free_space(folder: Path, needed_bytes: int, *, purpose: str) -> None:
    """Refuses a folder (which need not exist yet) that cannot be written or whose disk is too full.

    Raises:
        PreflightError: it is such a folder.
    """
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise PreflightError(
            f"{existing} cannot be written: change its owner, or choose another place with LIVETRANSLATE_CACHE=/folder"
        )
    free_bytes = shutil.disk_usage(existing).free
    if free_bytes < needed_bytes:
        raise PreflightError(
            f"{purpose} needs {needed_bytes / MIB:,.0f} MiB free, but the disk of {existing} has"
            f" {free_bytes / MIB:,.0f} MiB: free some space, or choose another disk with LIVETRANSLATE_CACHE=/folder"
        )


def check_shared_memory(needed_bytes: int, *, folder: Path = Path("/dev/shm")) -> None:  # noqa: S108 - its name on Linux
    """Refuses shared memory that is too small for Triton's Python stubs.

    Raises:
        PreflightError: it is missing or too small.
    """
    advice = "enlarge it: mount -o remount,size=1G /dev/shm (in a container: --shm-size=1g)"
    if not folder.is_dir():
        raise PreflightError(f"Triton's Python backend needs shared memory, but {folder} does not exist; {advice}")
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise PreflightError(
            f"Triton's Python backend needs {needed_bytes / MIB:,.0f} MiB of shared memory, but {folder} has"
            f" {free_bytes / MIB:,.0f} MiB free; {advice}"
        )


def check_port_free(port: int, *, host: str = "127.0.0.1", option: str = "--port") -> None:
    """Refuses a TCP port that another program listens on.

    Args:
        port: the port; 0 stands for any free one and always passes.
        host: the address that will be listened on.
        option: the option that chooses another port, for the sentence.

    Raises:
        PreflightError: it is taken, forbidden or no port.
    """
    if not 0 <= port <= 65535:
        raise PreflightError(f"{port} is no TCP port (0 to 65535): choose another with {option}")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose old connections linger in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PreflightError(
                f"Port {port} on {host} cannot be used ({error.strerror}): end the program that uses it"
                f" (ss -ltnp | grep :{port}; livetranslate stop), or choose another port with {option}"
            ) from error


def check_numpy(python: Path) -> None:
    """Refuses an environment whose numpy would corrupt BYTES tensors in the Python backend's stub (numpy 2).

    The stub of Triton 24.10 was built for numpy 1; numeric tensors look right even then, so nothing else would tell.

    Args:
        python: the environment's ``bin/python``.

    Raises:
        PreflightError: numpy is 2 or newer, or is missing.
    """
    answer = subprocess.run(
        [str(python), "-c", "import numpy; print(numpy.__version__)"], capture_output=True, text=True, check=False
    )
    version = answer.stdout.strip()
    advice = "Remove the environment (`livetranslate environments remove`, or delete its folder) and build it again."
    if answer.returncode != 0 or not version:
        raise PreflightError(f"{python} has no working numpy. {advice}")
    if int(version.split(".")[0]) >= 2:
        raise PreflightError(
            f"{python} has numpy {version}, with which this Triton's Python backend corrupts text tensors: it needs"
            f" numpy 1.26. {advice}"
        )
