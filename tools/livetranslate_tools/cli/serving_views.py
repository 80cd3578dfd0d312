"""How a server looks in a terminal: models while they load, the summary when it is up, the status table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from livetranslate_tools.serving.record import ModelRecord, ModelState, ServerRecord
from livetranslate_tools.serving.status import Status

_MARKS = {
    ModelState.WAITING: ("·", "dim"),
    ModelState.LOADING: ("…", "yellow"),
    ModelState.PROBING: ("?", "yellow"),
    ModelState.READY: ("✓", "green"),
    ModelState.RELOADING: ("↻", "yellow"),
    ModelState.FAILED: ("✗", "red"),
}


class LoadingView:
    """One line a model with its state and seconds; in a pipe, one line whenever a state changes.

    Args:
        console: where to show it.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._record: ServerRecord | None = None
        self._told: dict[str, ModelState] = {}

    @contextmanager
    def shown(self) -> Iterator[LoadingView]:
        """Shows it while the block runs."""
        if not self._console.is_terminal:
            yield self
            return
        with Live(get_renderable=self._table, console=self._console, refresh_per_second=4):
            yield self

    def show(self, record: ServerRecord) -> None:
        """Takes in the supervisor's word."""
        self._record = record
        if self._console.is_terminal:
            return
        for model in record.models.values():
            if model.state is not ModelState.WAITING and self._told.get(model.name) is not model.state:
                self._told[model.name] = model.state
                self._console.print(f"{model.name}: {model.state.value}{_seconds(model)}", highlight=False)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        if self._record is None or not self._record.models:
            table.add_row(Text("assembling …", style="dim"))
            return table
        for model in self._record.models.values():
            mark, style = _MARKS[model.state]
            table.add_row(
                Text(mark, style), model.name, Text(model.state.value, style), Text(_seconds(model).strip(), "dim")
            )
        return table


def summary(record: ServerRecord, *, detached: bool) -> str:
    """What to know once the server is up, and what to try next."""
    url = record.ports.grpc_url
    option = "" if record.ports.grpc == 8001 else f" --url {url}"
    end = "livetranslate stop" if detached else "Ctrl-C"
    return (
        f"Ready: {len(record.models)} models, profile {record.profile.value}, Triton {record.triton_version}.\n"
        f"  gRPC     {url}\n"
        f"  HTTP     {record.ports.http_url}\n"
        f"  metrics  {record.ports.metrics_url}\n"
        f"  log      {record.log}\n"
        f"Try: livetranslate stream --mic --to es{option}\n"
        f'     livetranslate translate "Good morning." --from en --to es{option}\n'
        f"End: {end}"
    )


def status_table(status: Status) -> Iterator[Table | Text]:
    """The status for people: a line about the server, a table of its models, what is wrong."""
    record = status.record
    if record is None or not status.running:
        yield Text(status.problem or "", style="red")
        return
    memory_gib = status.memory_bytes / 2**30
    head = (
        f"{record.state.value} for {_ago(record.since)} · profile {record.profile.value}",
        f"Triton {record.triton_version} · process {record.triton_pid} (supervisor {record.supervisor_pid})",
        f"{memory_gib:.1f} GiB · {record.restarts} restart(s)",
    )
    yield Text(" · ".join(head), style="green" if status.ready else "yellow")
    yield Text(f"gRPC {record.ports.grpc_url} · HTTP {record.ports.http_url} · metrics {record.ports.metrics_url}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("model", "version", "state", "for", "device", "weights", "loaded in", "restarts"):
        table.add_column(column, no_wrap=True, justify="right" if column in ("loaded in", "restarts") else "left")
    for model in record.models.values():
        table.add_row(
            model.name,
            ", ".join(model.versions) or "–",
            Text(model.state.value, _MARKS[model.state][1]),
            _ago(model.since),
            model.device or "–",
            model.weights or "–",
            f"{model.load_s:g} s" if model.load_s is not None else "–",
            str(model.restarts),
        )
    yield table
    for model in record.models.values():
        if model.problem:
            yield Text(f"{model.name}: {model.problem}", style="red")
    if status.problem:
        yield Text(status.problem, style="red")
    if not status.ready:
        yield Text(f"Logs: livetranslate logs   ({record.log})", style="dim")


def _seconds(model: ModelRecord) -> str:
    if model.state is ModelState.READY and model.load_s is not None:
        return f" {model.load_s:g} s"
    if model.state in (ModelState.LOADING, ModelState.PROBING, ModelState.RELOADING):
        return f" {(datetime.now(timezone.utc) - model.since).total_seconds():.0f} s"
    return ""


def _ago(at: datetime) -> str:
    passed_s = int((datetime.now(timezone.utc) - at).total_seconds())
    if passed_s < 120:
        return f"{passed_s} s"
    return f"{passed_s // 60} min" if passed_s < 7200 else f"{passed_s // 3600} h"
