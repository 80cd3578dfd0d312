"""``livetranslate languages``: the codes that ``--from`` and ``--to`` take."""

from __future__ import annotations

import typer

from livetranslate.protocol import LANGUAGES


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("languages", help="List the languages: code and English name.")(list_languages)


def list_languages() -> None:
    """Prints one language a line, by name."""
    for code, name in sorted(LANGUAGES.items(), key=lambda item: item[1]):
        typer.echo(f"{code:<4} {name}")
