"""Runs pip: its output goes to a log file, its failure becomes a sentence."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from livetranslate_tools.environments.errors import BuildError

HEARTBEAT_S = 10.0
LOG_TAIL_LINES = 12

_DISK_FULL = re.compile(r"No space left on device|Errno 28|Disk quota exceeded")
_UNREACHABLE = re.compile(
    r"NewConnectionError|Failed to establish a new connection|Temporary failure in name resolution"
    r"|Name or service not known|Connection refused|Network is unreachable|ConnectTimeout|ConnectionResetError"
    r"|Read timed out|ProxyError|Tunnel connection"
)
_UNKNOWN_VERSION = re.compile(r"No matching distribution found for (\S+)")


def run_logged(
    command: Sequence[str | Path], *, log: Path, say: Callable[[str], None], keep_open: int, utf8: bool = True
) -> None:
    """Runs a command with its output in ``log``; reports the last line of it now and then.

    Args:
        command: program and arguments.
        log: the file that its output is added to.
        say: gets a sign of life every ten seconds.
        keep_open: a file descriptor that the command inherits. It holds the build's lock, so that a command that
            outlives its killed parent still keeps other builders out of the folder it writes to.
        utf8: runs Python in UTF-8 mode, whatever the locale.

    Raises:
        BuildError: the command failed; the message explains, names the log and quotes its end.
    """
    environment = {**os.environ, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if utf8:
        environment["PYTHONUTF8"] = "1"
    # These would let packages of the calling environment leak into the one that is built.
    for variable in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"):
        environment.pop(variable, None)
    begin_bytes = log.stat().st_size if log.exists() else 0
    with log.open("a", encoding="utf-8") as output:
        output.write(f"\n$ {' '.join(map(str, command))}\n")
        output.flush()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=(keep_open,),
        )
        try:
            _wait(process, log=log, say=say)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        with log.open(encoding="utf-8", errors="replace") as written:
            written.seek(begin_bytes)
            raise BuildError(explain(written.read(), returncode=process.returncode, log=log))


def explain(output: str, *, returncode: int, log: Path) -> str:
    """The sentence for a failed pip, with the end of its output."""
    unknown = _UNKNOWN_VERSION.search(output)
    if _DISK_FULL.search(output):
        reason = "the disk is full: free some space, or choose another disk with LIVETRANSLATE_CACHE and TMPDIR"
    elif _UNREACHABLE.search(output):
        reason = (
            "the package registry cannot be reached: check the network and pip's settings (pip config list;"
            " PIP_INDEX_URL, HTTPS_PROXY), then start again; what was downloaded is kept"
        )
    elif unknown:
        reason = (
            f"the package registry has no {unknown[1]} for this Python and machine: check pip's settings"
            " (pip config list) or the lock file in requirements/"
        )
    elif returncode < 0:
        reason = f"it was ended by signal {-returncode} (9 often means that memory ran out); start again"
    else:
        reason = "see below"
    tail = "\n".join(f"    {line}" for line in output.splitlines()[-LOG_TAIL_LINES:])
    return f"A command failed: {reason}.\nThe end of {log}:\n{tail}"


def _wait(process: subprocess.Popen[bytes], *, log: Path, say: Callable[[str], None]) -> None:
    started_s = time.monotonic()
    while not _ends_within(process, HEARTBEAT_S):
        say(f"   {time.monotonic() - started_s:.0f} s: {_last_line(log)}")


def _ends_within(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    try:
        process.wait(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _last_line(log: Path) -> str:
    with log.open("rb") as written:
        written.seek(max(0, log.stat().st_size - 4096))
        lines = [line.strip() for line in written.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1][:100] if lines else "working"
