"""``livetranslate environments``: see, build and remove the Python environments in the cache."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from livetranslate_tools import environments
from livetranslate_tools.environments import interpreters, locks, store
from livetranslate_tools.environments.specs import SPECS

MIB = 1 << 20
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help=f"Of {', '.join(SPECS)}; all if none given.")
]


def register(app: typer.Typer) -> None:
    """Adds the command group to the application."""
    group = typer.Typer(no_args_is_help=True, help="Python environments in the cache: list, build, remove.")
    group.command("list")(list_environments)
    group.command("build")(build)
    group.command("remove")(remove)
    app.add_typer(group, name="environments")


def list_environments() -> None:
    """Shows each environment: what it is for, whether it is built, its size and folder."""
    table = Table(box=None, pad_edge=False, caption=f"in {store.environments_folder()}", caption_justify="left")
    for column in ("name", "for", "state", "size", "folder"):
        table.add_column(column, overflow="fold", justify="right" if column == "size" else "left")
    try:
        current = {name: locks.read_lock(name).key for name in SPECS}
    except environments.SetupError as error:
        _fail(error)
    built = store.built()
    for name, spec in SPECS.items():
        mine = [environment for environment in built if environment.completion.name == name]
        if not any(environment.folder.name.endswith(current[name]) for environment in mine):
            table.add_row(name, spec.purpose, "not built", "", "")
        for environment in mine:
            state = "ready" if environment.folder.name.endswith(current[name]) else "stale"
            size = f"{environment.completion.size_bytes / MIB:,.0f} MiB"
            table.add_row(name, spec.purpose, state, size, environment.folder.name)
    Console().print(table)


def build(names: Names = None) -> None:
    """Builds environments that are not in the cache yet; prints their folders."""
    try:
        python = interpreters.running()
        for name in names or SPECS:
            typer.echo(environments.ensure(name, python=python))
    except environments.SetupError as error:
        _fail(error)


def remove(
    names: Names = None,
    *,
    stale: Annotated[bool, typer.Option("--stale", help="Only those that belong to other lock files.")] = False,
) -> None:
    """Deletes environments from the cache; they are built again when something needs them."""
    if not names and not stale:
        raise typer.BadParameter(f"name what to remove ({', '.join(SPECS)}), or give --stale.")
    try:
        freed_bytes = sum(environments.remove(name, stale_only=stale) for name in names or SPECS)
    except environments.SetupError as error:
        _fail(error)
    typer.echo(f"{freed_bytes / MIB:,.0f} MiB freed")


def _fail(error: environments.SetupError) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(1)
