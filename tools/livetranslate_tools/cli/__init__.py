"""Operator commands, joined to the `livetranslate` command through its entry-point group."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Adds every operator command to the application."""
    from livetranslate_tools.cli import audit, certificates, demo, environments, keys, models, serving

    for room in (environments, models, serving, keys, audit, certificates, demo):
        room.register(app)
