"""The server under test: one that is started for the purpose, or one that already listens at an address."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console

from livetranslate_tools.cli.serving import start, terminable
from livetranslate_tools.serving import instance
from livetranslate_tools.serving.prepare import ServeRequest, free_ports
from livetranslate_tools.serving.record import ServerRecord, ServerState, read

PATIENCE_S = 300.0


class NoServerError(Exception):
    """No server that can be tested; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running server whose processes are known.

    Attributes:
        grpc_url: ``host:port``.
        http_address: ``host:port``.
        state: its state folder.
    """

    grpc_url: str
    http_address: str
    state: Path

    def incidents(self) -> str:
        """The supervisor's log so far."""
        log = self.state / "logs" / "supervisor.log"
        return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""

    def record(self) -> ServerRecord:
        """The supervisor's last word.

        Raises:
            NoServerError: there is none.
        """
        record = read(self.state)
        if record is None:
            raise NoServerError(f"No server runs from {self.state}: its record is gone.")
        return record

    def stubs(self) -> dict[str, set[psutil.Process]]:
        """Model -> its stub and what that started, those that are alive."""
        found = instance.model_processes(instance.processes(self.state), self.state / "served")
        return {model: processes for model, processes in found.items() if processes}

    def is_ready(self) -> bool:
        """Whether the supervisor calls it ready, and Triton is there: of a killed one it learns a moment later."""
        record = self.record()
        if record.state is not ServerState.READY or record.triton_pid is None:
            return False
        with suppress(psutil.NoSuchProcess):
            return instance.is_alive(psutil.Process(record.triton_pid))
        return False

    def is_over(self) -> bool:
        """Whether nobody will bring it back: its supervisor has ended."""
        record = self.record()
        return record.is_over or not record.is_supervised

    def wait_until_ready(self, *, timeout_s: float = PATIENCE_S) -> float:
        """Waits for it; returns how long that took, seconds.

        Raises:
            NoServerError: it was not ready in time.
        """
        began = time.monotonic()
        while time.monotonic() - began < timeout_s:
            if self.is_ready():
                return time.monotonic() - began
            if self.is_over():
                raise NoServerError(f"The server in {self.state} has ended: its supervisor is gone.")
            time.sleep(0.5)
        raise NoServerError(f"The server in {self.state} was not ready again within {timeout_s:g} s.")


@contextmanager
def under_test(
    url: str, *, http_url: str = "", llm: str = "", state: Path | None = None, console: Console
) -> Iterator[Server]:
    """The server at an address, or, without one, a server of its own that ends with the block.

    Args:
        url: gRPC ``host:port``; empty starts a server.
        http_url: HTTP ``host:port``; empty takes the port of the server's record.
        llm: weights of the language model of an own server; empty for the first in the cache.
        state: state folder of an own server; None makes one that is removed afterwards.
        console: for how models load.

    Raises:
        NoServerError: nothing of this project listens there.
        ServingError: an own server could not be started.
    """
    if url:
        yield _at(url, http_url)
        return
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as own, terminable():
        folder = (state or Path(own) / "state").absolute()
        ports = free_ports()
        weights = (("llm", llm),) if llm else ()
        running = start(ServeRequest(state=folder, ports=ports, weights=weights), console, owned=True)
        try:
            yield Server(ports.grpc_url, ports.http_url.removeprefix("http://"), folder)
        finally:
            running.stop()


def _at(url: str, http_url: str) -> Server:
    """Finds the state folder of whatever listens at the port: its environment names it."""
    port = url.rpartition(":")[2]
    for connection in psutil.net_connections("tcp"):
        if connection.status != psutil.CONN_LISTEN or connection.pid is None or not connection.laddr:
            continue
        if str(connection.laddr[1]) != port:
            continue
        with suppress(psutil.Error):
            state = psutil.Process(connection.pid).environ().get(instance.MARK)
            record = read(Path(state)) if state else None
            if state and record is not None:
                http = http_url or record.ports.http_url
                return Server(url, http.removeprefix("http://").rstrip("/"), Path(state))
    raise NoServerError(
        f"No server of this project listens at {url} on this machine (or it is another user's). Start one with "
        "'livetranslate serve --detach', or leave --url out: then one is started for the test."
    )
