"""``livetranslate serve``, ``stop``, ``status`` and ``logs``."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from livetranslate_tools import paths
from livetranslate_tools.cli.serving_views import LoadingView, status_table, summary
from livetranslate_tools.models.progress import Bars
from livetranslate_tools.serving import lifecycle, status, tls
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.launcher import tail
from livetranslate_tools.serving.plan import Ports, Profile
from livetranslate_tools.serving.prepare import ServeRequest, prepare

StateDir = Annotated[
    Path | None,
    typer.Option("--state-dir", help="State folder of the server; one server a folder.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("serve", help="Start Triton with all models, and supervise it.")(serve)
    app.command("stop", help="End the server in order; open streams have 20 s to finish.")(stop)
    app.command("status", help="What is served, since when, and what is wrong; exit code 0 only when all is ready.")(
        show_status
    )
    app.command("logs", help="Show the log of Triton and the models.")(logs)


def serve(
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return when everything is ready; serve on.")] = False,
    profile: Annotated[Profile, typer.Option(help="Weights and engine arguments.")] = Profile.CPU,
    weights: Annotated[list[str] | None, typer.Option("--weights", metavar="MODEL=NAME", help="Other weights.")] = None,
    models: Annotated[str, typer.Option(help="Only these models (a,b,c) and what they need.")] = "",
    http_port: Annotated[int, typer.Option(help="HTTP port.")] = Ports().http,
    grpc_port: Annotated[int, typer.Option(help="gRPC port.")] = Ports().grpc,
    metrics_port: Annotated[int, typer.Option(help="Port of the Prometheus metrics.")] = Ports().metrics,
    address: Annotated[
        str,
        typer.Option(help="Address to listen on. Triton asks nobody who he is: loopback, or a container's network."),
    ] = Ports().address,
    metrics: Annotated[bool, typer.Option("--metrics/--no-metrics", help="Report metrics.")] = True,
    traces: Annotated[
        str, typer.Option(metavar="URL", help="Send traces to this OpenTelemetry collector (OTLP over HTTP).")
    ] = "",
    trace_share: Annotated[
        float, typer.Option(help="Share of the sessions and requests that are traced.", min=0.0, max=1.0)
    ] = 0.1,
    tls_folder: Annotated[
        Path | None,
        typer.Option("--tls", metavar="FOLDER", help="Encrypt gRPC: server.crt, server.key, ca.crt are there."),
    ] = None,
    mutual_tls: Annotated[
        bool, typer.Option("--mutual-tls", help="With --tls: only clients with a certificate of ca.crt.")
    ] = False,
    state_dir: StateDir = None,
    fetch: Annotated[bool, typer.Option("--fetch/--no-fetch", help="Fetch weights that are missing.")] = False,
) -> None:
    """Starts a server."""
    if mutual_tls and tls_folder is None:
        raise typer.BadParameter("needs --tls FOLDER, where the certificates are", param_hint="--mutual-tls")
    with sentences():
        secured = tls.check(tls_folder, asks_clients=mutual_tls) if tls_folder else None
    request = ServeRequest(
        state=folder(state_dir),
        profile=profile,
        ports=Ports(http_port, grpc_port, metrics_port, address, secured),
        models=tuple(name.strip() for name in models.split(",") if name.strip()),
        weights=tuple(_pair(text) for text in weights or ()),
        fetch=fetch,
        metrics=metrics,
        traces=traces,
        trace_share=trace_share,
    )
    with sentences() as console, terminable():
        server = start(request, console, owned=not detach)
        record = server.record()
        if record is not None:
            console.print(summary(record, detached=detach), highlight=False, markup=False, soft_wrap=True)
        if not detach:
            watch(server, console)


def start(request: ServeRequest, console: Console, *, owned: bool) -> lifecycle.RunningServer:
    """Prepares and starts a server and shows how its models load; what fails or is interrupted leaves nothing behind.

    Raises:
        ServingError: with a sentence.
    """
    lifecycle.refuse_second(folder(request.state))
    with Bars(console) as bars:
        plan = prepare(request, report=lambda sentence: bars.say(escape(sentence)), progress=bars)
    server = lifecycle.start(plan, owned=owned)
    view = LoadingView(console)
    try:
        with view.shown():
            server.wait_until_ready(look=view.show)
    except BaseException:
        server.stop()
        raise
    return server


def watch(server: lifecycle.RunningServer, console: Console) -> None:
    """Stays with a server of this terminal until it ends or Ctrl-C ends it; tells of incidents."""
    told = None
    try:
        while server.supervisor.poll() is None:
            time.sleep(1.0)
            record = server.record()
            if record is not None and record.problem != told:
                told = record.problem
                console.print(told or "All models are ready again.", style="yellow" if told else "green", markup=False)
    except KeyboardInterrupt:
        console.print("Stopping; open streams have 20 s to finish …", highlight=False)
        server.stop()
        console.print("Stopped.")
        return
    record = server.record()
    if server.supervisor.returncode:
        raise ServingError(record.problem if record and record.problem else "The supervisor ended; see its log.")
    console.print("The server was stopped.")


def stop(*, state_dir: StateDir = None) -> None:
    """Ends the server."""
    with sentences() as console:
        started_s = time.monotonic()
        if lifecycle.stop(folder(state_dir)):
            console.print(f"Stopped in {time.monotonic() - started_s:.1f} s.", highlight=False)
        else:
            console.print(f"No server runs from {folder(state_dir)}.", highlight=False, soft_wrap=True)


def show_status(
    *, json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False, state_dir: StateDir = None
) -> None:
    """Shows the status."""
    found = status.look(folder(state_dir))
    if json:
        sys.stdout.write(found.as_json().decode() + "\n")
    else:
        console = Console() if sys.stdout.isatty() else Console(width=140)
        for part in status_table(found):
            console.print(part, soft_wrap=True)
    if not found.ready:
        raise typer.Exit(1)


def logs(
    *,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on showing what comes.")] = False,
    supervisor: Annotated[bool, typer.Option("--supervisor", help="The supervisor's log instead.")] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", help="How many lines of the past.", min=0)] = 50,
    state_dir: StateDir = None,
) -> None:
    """Shows a log."""
    log = folder(state_dir) / "logs" / ("supervisor.log" if supervisor else "triton.log")
    with sentences():
        if not log.is_file():
            raise ServingError(f"There is no log {log}: nothing was served from this state folder yet.")
        if follow:
            try:
                subprocess.run(["tail", "-n", str(lines), "-F", str(log)], check=False)
            except KeyboardInterrupt:
                return
        else:
            sys.stdout.write(tail(log, lines=lines) + "\n")


def folder(state_dir: Path | None) -> Path:
    """The state folder meant by the option."""
    return (state_dir or paths.state_dir()).expanduser().absolute()


@contextmanager
def sentences() -> Iterator[Console]:
    """A console on standard error; a failure becomes its sentence and exit code 1, Ctrl-C exit code 130."""
    console = Console(stderr=True)
    try:
        yield console
    except ServingError as error:
        console.print(f"livetranslate: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print("Interrupted.")
        raise typer.Exit(130) from None


@contextmanager
def terminable() -> Iterator[None]:
    """Lets SIGTERM end the block as Ctrl-C does: in order."""

    def interrupt(number: int, _frame: object) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _pair(text: str) -> tuple[str, str]:
    model, separator, name = text.partition("=")
    if not (model and separator and name):
        raise typer.BadParameter(
            f"{text!r} is not MODEL=NAME, e.g. llm=qwen2.5-coder-0.5b-instruct", param_hint="--weights"
        )
    return model, name
