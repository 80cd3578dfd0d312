"""Commands of other installed parts, found through the entry-point group ``livetranslate.commands``."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

import typer

GROUP = "livetranslate.commands"


def add_installed_commands(app: typer.Typer) -> list[str]:
    """Lets every installed part add its commands; one that fails does not harm the others.

    Returns:
        A sentence for each part that could not be loaded: why, and what to do.
    """
    return [problem for entry in entry_points(group=GROUP) if (problem := _add(entry, app))]


def _add(entry: EntryPoint, app: typer.Typer) -> str | None:
    try:
        entry.load()(app)
    except ModuleNotFoundError as error:
        return (
            f"the commands of {entry.name!r} need a package that is not installed ({error.name}); for a server: "
            "pip install 'livetranslate[server]'."
        )
    except Exception as error:  # noqa: BLE001 - whatever a foreign part raises, the client's commands go on working
        return f"the commands of {entry.name!r} could not be loaded ({type(error).__name__}: {error})."
    return None
