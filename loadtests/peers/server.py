"""Starts another system's server, waits until it listens, and ends it with all its processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from livetranslate_tools.paths import cache_dir
from loadtests.peers.environments import PeerError
from loadtests.peers.systems import Launch

START_S = 180.0
_STOP_S = 10.0


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(name: str, python: Path, launch: Launch, port: int) -> Iterator[int]:
    """The server's process id while it runs; its output goes to ``<cache>/peers/logs/<name>.log``.

    Raises:
        PeerError: it ended, or did not listen in time; with the end of what it said.
    """
    log = cache_dir() / "peers" / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    variables = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"} | launch.variables
    variables.pop("PYTHONPATH", None)
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [str(python), *launch.arguments],
            env=variables,
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(port, process, log)
        yield process.pid
    finally:
        _stop(process)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise PeerError(f"the server ended with exit code {process.returncode}: {_tail(log)}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.3)
    raise PeerError(f"the server did not listen within {START_S:g} s: {_tail(log)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Its children, found while it lives, go with it."""
    try:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    process.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=_STOP_S)
    for one in alive:
        one.kill()
    process.wait()


def _tail(log: Path) -> str:
    return " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-6:])
