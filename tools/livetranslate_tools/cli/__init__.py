"""Operator commands, joined to the `livetranslate` command through its entry-point group."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Adds every operator command to the application."""
    from livetranslate_tools.cli import (
        audit,
        certificates,
        demo,
        drift,
        environments,
        keys,
        models,
        monitoring,
        serving,
    )

    for room in (environments, models, serving, monitoring, drift, keys, audit, certificates, demo):
        room.register(app)
