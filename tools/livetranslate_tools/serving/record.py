"""What others may know of a running server: one JSON file, written atomically by its supervisor alone."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path

import msgspec
import psutil

from livetranslate_tools.serving.plan import Ports, Profile

FILE_NAME = "server.json"
SCHEMA_VERSION = 1


class ServerState(str, Enum):
    """Where a server is in its life."""

    PREPARING = "preparing"
    LOADING = "loading"
    READY = "ready"
    DEGRADED = "degraded"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


class ModelState(str, Enum):
    """Where a model is in its life."""

    WAITING = "waiting"
    LOADING = "loading"
    PROBING = "probing"
    READY = "ready"
    RELOADING = "reloading"
    FAILED = "failed"


class ModelRecord(msgspec.Struct):
    """One model as it is served.

    Attributes:
        name: its name.
        backend: ``python``, ``vllm`` or ``ensemble``.
        versions: the versions Triton has ready.
        state: see :class:`ModelState`.
        since: UTC time of the last change of state.
        device: where it runs: as its probe said, else as the profile says.
        weights: ``name version`` of its artifact.
        environment: the environment its stub runs in.
        load_s: how long its last load and probe took.
        restarts: how often it was loaded again after a failure.
        problem: what is wrong, and what is done about it; None when nothing is.
    """

    name: str
    backend: str
    versions: tuple[str, ...] = ()
    state: ModelState = ModelState.WAITING
    since: datetime = msgspec.field(default_factory=lambda: now())
    device: str | None = None
    weights: str | None = None
    environment: str | None = None
    load_s: float | None = None
    restarts: int = 0
    problem: str | None = None

    def enter(self, state: ModelState, *, problem: str | None = None) -> None:
        """Changes the state."""
        if state != self.state:
            self.since = now()
        self.state = state
        self.problem = problem


class ServerRecord(msgspec.Struct):
    """The server as a whole; times are UTC."""

    state: ServerState
    profile: Profile
    ports: Ports
    supervisor_pid: int
    supervisor_started_s: float
    started_at: datetime
    since: datetime
    heartbeat_at: datetime
    models: dict[str, ModelRecord] = {}
    triton_pid: int | None = None
    triton: str | None = None
    triton_version: str | None = None
    restarts: int = 0
    problem: str | None = None
    log: str = ""
    shared_memory: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION

    @classmethod
    def of_this_process(cls, *, profile: Profile, ports: Ports) -> ServerRecord:
        """A record of a server that the calling process begins to supervise."""
        process, at = psutil.Process(), now()
        return cls(ServerState.PREPARING, profile, ports, process.pid, process.create_time(), at, at, at)

    def enter(self, state: ServerState, *, problem: str | None = None) -> None:
        """Changes the state."""
        if state != self.state:
            self.since = now()
        self.state = state
        self.problem = problem

    @property
    def is_supervised(self) -> bool:
        """Whether the supervisor that wrote this is still running (not merely a process with its number)."""
        try:
            started_s = psutil.Process(self.supervisor_pid).create_time()
        except psutil.Error:
            return False
        return abs(started_s - self.supervisor_started_s) < 1.0

    @property
    def is_over(self) -> bool:
        """Whether the server has ended in an orderly way."""
        return self.state in (ServerState.STOPPED, ServerState.FAILED)

    def write(self, state_folder: Path) -> None:
        """Writes the record; a reader sees the old or the new one, never half of one.

        Raises:
            OSError: it cannot be written; the old one stays.
        """
        self.heartbeat_at = now()
        target = state_folder / FILE_NAME
        fresh = target.with_name(f".{FILE_NAME}.{os.getpid()}")
        try:
            fresh.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2))
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)


def read(state_folder: Path) -> ServerRecord | None:
    """The record of this state folder; None when nothing was served from it (or by an incompatible release)."""
    try:
        return msgspec.json.decode((state_folder / FILE_NAME).read_bytes(), type=ServerRecord)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def now() -> datetime:
    """The present, UTC, to the second."""
    return datetime.fromtimestamp(int(time.time()), tz=timezone.utc)
