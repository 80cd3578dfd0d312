"""What is true of a server right now: its supervisor's record, held against the processes and against Triton."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from livetranslate_tools.serving import instance, tls
from livetranslate_tools.serving.control import TritonApi
from livetranslate_tools.serving.record import ServerRecord, ServerState, now, read

STALE_AFTER = timedelta(seconds=30)


class Status(msgspec.Struct, frozen=True):
    """A server as it is.

    Attributes:
        ready: everything is ready; what ``livetranslate status`` exits 0 on.
        running: a supervisor or a Triton of this state folder runs.
        supervised: the supervisor is alive.
        problem: what is wrong and what to do; None when nothing is.
        state_folder: whose status this is.
        memory_bytes: proportional memory of all its processes.
        record: the supervisor's last word; None when nothing was ever served from here.
    """

    ready: bool
    running: bool
    supervised: bool
    problem: str | None
    state_folder: str
    memory_bytes: int = 0
    record: ServerRecord | None = None

    def as_json(self) -> bytes:
        """One flat JSON object: the status' own fields, the URLs, then the record's."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        record = fields.pop("record") or {}
        if self.record is not None:
            ports = self.record.ports
            fields |= {"grpc_url": ports.grpc_url, "http_url": ports.http_url, "metrics_url": ports.metrics_url}
            fields["uptime_s"] = (now() - self.record.started_at).total_seconds() if self.running else None
        return msgspec.json.format(msgspec.json.encode({**record, **fields}), indent=2)


def look(state_folder: Path) -> Status:
    """The status of the server with this state folder."""
    record = read(state_folder)
    ours = instance.processes(state_folder)
    folder = str(state_folder)
    if record is None or (record.is_over and not ours):
        ended = f" (it {record.state.value} at {record.since:%H:%M:%S} UTC)" if record else ""
        reason = f": {record.problem}" if record and record.problem else "."
        nothing = f"No server runs from {folder}{ended}{reason} Start one with 'livetranslate serve'."
        return Status(ready=False, running=False, supervised=False, problem=nothing, state_folder=folder, record=record)
    supervised = record.is_supervised and not record.is_over
    problem = _problem(record, supervised=supervised, has_processes=bool(ours))
    return Status(
        ready=problem is None,
        running=supervised or bool(ours),
        supervised=supervised,
        problem=problem,
        state_folder=folder,
        memory_bytes=instance.memory_bytes(ours),
        record=record,
    )


def _problem(record: ServerRecord, *, supervised: bool, has_processes: bool) -> str | None:
    if not supervised and has_processes:
        return (
            f"The supervisor (process {record.supervisor_pid}) is gone, but Triton is still there, unsupervised. "
            "'livetranslate serve' starts anew, 'livetranslate stop' ends it."
        )
    if not supervised:
        return (
            f"The server ended without saying so (process {record.supervisor_pid} is gone; last sign of life "
            f"{record.heartbeat_at:%Y-%m-%d %H:%M:%S} UTC). Start it again with 'livetranslate serve'."
        )
    if now() - record.heartbeat_at > STALE_AFTER:
        return f"The supervisor has not spoken since {record.heartbeat_at:%H:%M:%S} UTC; it may hang or be paused."
    if record.state is not ServerState.READY:
        return record.problem or f"The server is {record.state.value}."
    secured = record.ports.tls
    api = TritonApi(record.ports.grpc_url, channel=tls.client_options(secured) if secured else None)
    try:
        return None if api.is_live() else f"Triton does not answer at {record.ports.grpc_url}."
    finally:
        api.close()
