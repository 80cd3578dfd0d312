"""Options that the commands share, and how they fail."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from livetranslate_tools.serving.errors import ServingError
from loadtests.faults.server import NoServerError

WIDTH = 140
Result = TypeVar("Result")
Url = Annotated[str, typer.Option(help="gRPC host:port of a server on this machine; without it, one is started.")]
HttpUrl = Annotated[str, typer.Option(help="Its HTTP host:port; without it, as the server's record says.")]
Llm = Annotated[str, typer.Option(help="Language model weights of a server that is started, e.g. a small one.")]
Seed = Annotated[int, typer.Option(help="Of everything that is random: the same seed does the same.")]
Sessions = Annotated[int, typer.Option(help="Live sessions beside it, in real time.", min=0)]
Clip = Annotated[str, typer.Option(help="What they hear: jfk, librivox, or an audio file.")]
Targets = Annotated[str, typer.Option(help="Target languages of theirs, comma-separated; none for captions only.")]
Report = Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")]


def terminal() -> Console:
    """Where tables go: as wide as the terminal, or wide enough for a file."""
    return Console() if sys.stdout.isatty() else Console(width=WIDTH)


def languages(text: str) -> list[str]:
    """Of a list with commas."""
    return [language for language in text.split(",") if language]


def run(campaign: Coroutine[Any, Any, Result]) -> Result:
    """Runs it; connections that end because it was interrupted are not reported one by one."""

    def report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), asyncio.CancelledError):
            loop.default_exception_handler(context)

    async def quietly() -> Result:
        asyncio.get_running_loop().set_exception_handler(report)
        return await campaign

    return asyncio.run(quietly())


@contextmanager
def sentences(console: Console) -> Iterator[None]:
    """What is wrong with the server or an option becomes its sentence and exit code 1; Ctrl-C exit code 130."""
    try:
        yield
    except (NoServerError, ServingError, ValueError, FileNotFoundError) as error:
        console.print(f"{error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print("Interrupted; what was started has been ended.")
        raise typer.Exit(130) from None
