"""``livetranslate demo``: from nothing to live captions in one command, and nothing left running afterwards."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from livetranslate.cli.arguments import split_languages
from livetranslate.cli.stream import run_stream
from livetranslate_tools.cli.serving import StateDir, folder, sentences, start, terminable
from livetranslate_tools.serving import status
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.prepare import ServeRequest, free_ports

if TYPE_CHECKING:
    from importlib.abc import Traversable  # 3.10; importlib.resources.abc later


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("demo", help="Set up what is missing, serve, and show live captions of a recording.")(demo)


def demo(
    *,
    audio: Annotated[
        Path | None, typer.Option("--audio", help="A recording of yours; a bundled one otherwise.")
    ] = None,
    source: Annotated[str, typer.Option("--from", help="Spoken language, or 'auto'.")] = "en",
    targets: Annotated[str, typer.Option("--to", help="Languages to translate into: es or es,fr.")] = "es",
    keep: Annotated[bool, typer.Option("--keep", help="Leave the server running.")] = False,
    state_dir: StateDir = None,
) -> None:
    """Shows what LiveTranslate does."""
    languages = split_languages(targets)
    with sentences() as console, terminable(), importlib.resources.as_file(_sample()) as sample:
        chosen = audio.expanduser() if audio else sample
        if not chosen.is_file():
            raise ServingError(f"There is no audio file {chosen}.")  # before minutes of loading, not after
        with _server(folder(state_dir), console, keep=keep) as url:
            console.print(f"\nListening to {chosen.name}, {source} → {', '.join(languages) or 'captions only'}:\n")
            summary = run_stream(url=url, source=chosen, language=source, targets=languages, pace="realtime")
            typer.echo(f"\n{summary.line()}")


@contextmanager
def _server(state: Path, console: Console, *, keep: bool) -> Iterator[str]:
    """The gRPC address of the server that already runs from this state folder, or of one started for the block."""
    present = status.look(state)
    if present.ready and present.record is not None:
        console.print(f"Using the server at {present.record.ports.grpc_url}.", highlight=False)
        yield present.record.ports.grpc_url
        return
    request = ServeRequest(state=state, ports=free_ports(), fetch=True)
    server = start(request, console, owned=not keep)
    try:
        yield server.plan.ports.grpc_url
    finally:
        if keep:
            console.print(
                f"The server goes on at {server.plan.ports.grpc_url}; 'livetranslate stop' ends it.", highlight=False
            )
        else:
            console.print("Stopping the server …")
            server.stop()


def _sample() -> Traversable:
    return importlib.resources.files("livetranslate") / "samples" / "jfk.wav"
