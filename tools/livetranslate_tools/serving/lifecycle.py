"""A server's start and end, seen from outside: what ``serve``, ``stop``, ``demo`` and the tests call."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from livetranslate_tools.serving import instance, shared_memory, status
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.launcher import tail
from livetranslate_tools.serving.plan import ServePlan
from livetranslate_tools.serving.record import ServerRecord, ServerState, read

STOP_TIMEOUT_S = 45.0
POLL_S = 0.2


@dataclass(frozen=True)
class RunningServer:
    """A server whose supervisor was started by this process."""

    plan: ServePlan
    supervisor: subprocess.Popen[bytes]

    def record(self) -> ServerRecord | None:
        """The supervisor's last word; None before its first."""
        record = read(self.plan.state)
        return record if record is not None and record.supervisor_pid == self.supervisor.pid else None

    def wait_until_ready(self, *, look: Callable[[ServerRecord], None] = lambda _: None) -> ServerRecord:
        """Waits until every model has answered its probe; ``look`` sees each state on the way.

        Raises:
            ServingError: the server could not be brought up.
        """
        while True:
            record = self.record()
            if record is not None:
                look(record)
                if record.state is ServerState.READY:
                    return record
            if self.supervisor.poll() is not None:
                raise ServingError(self._why_it_ended(self.record()))
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Ends the server in order."""
        stop(self.plan.state)
        self.supervisor.wait()

    def _why_it_ended(self, record: ServerRecord | None) -> str:
        if record is not None and record.problem:
            return f"{record.problem.rstrip()}\nLogs: {self.plan.logs}"
        if record is not None and record.state is ServerState.STOPPED:
            return "The server was stopped before it was ready."
        return f"The supervisor ended: {tail(supervisor_log(self.plan), lines=5)}"


def supervisor_log(plan: ServePlan) -> Path:
    """The supervisor's own log: incidents, restarts, clean-up."""
    return plan.logs / "supervisor.log"


def start(plan: ServePlan, *, owned: bool = False) -> RunningServer:
    """Starts the supervisor in the background, in a session of its own, and returns at once.

    Args:
        plan: what to serve.
        owned: whether the server ends when this process does.

    Raises:
        ServingError: one already runs from this state folder.
    """
    refuse_second(plan.state)
    plan = msgspec.structs.replace(plan, owner_pid=os.getpid() if owned else None)
    plan.write()
    log = supervisor_log(plan)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "livetranslate_tools.serving", str(plan.file)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return RunningServer(plan, supervisor)


def refuse_second(state: Path) -> None:
    """Refuses a state folder from which a supervised server runs.

    Raises:
        ServingError: says which process it is and how it is ended.
    """
    present = status.look(state)
    if present.supervised and present.record is not None:
        raise ServingError(
            f"A server already runs from {state} (process {present.record.supervisor_pid}, gRPC "
            f"{present.record.ports.grpc_url}). End it with 'livetranslate stop', or choose another folder with "
            "--state-dir."
        )


def stop(state: Path) -> bool:
    """Ends the server of a state folder, even one whose supervisor crashed; False when there was none.

    Raises:
        ServingError: it is still there after all patience (a process that cannot be killed).
    """
    record, found = read(state), status.look(state)
    if found.supervised and record is not None:
        _end_supervisor(record)
    leftovers = instance.processes(state)
    known = shared_memory.mapped(leftovers) | set(record.shared_memory if record else ())
    instance.end(leftovers)
    shared_memory.remove_leftovers(prefix=instance.shared_memory_prefix(state), known=known)
    if record is not None and not record.is_over and not record.is_supervised:
        record.enter(ServerState.STOPPED)
        record.write(state)
    return found.running


def _end_supervisor(record: ServerRecord) -> None:
    try:
        supervisor = psutil.Process(record.supervisor_pid)
        supervisor.terminate()
        supervisor.wait(STOP_TIMEOUT_S)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        supervisor.kill()
