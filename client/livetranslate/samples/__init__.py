"""Recordings that come with the package, free to use."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

JFK = "jfk.wav"
"""President Kennedy's inaugural address, 11 s of English at 16 kHz: "And so, my fellow Americans …" (public domain)."""


def path(name: str = JFK) -> Path:
    """Path of a bundled recording."""
    return Path(str(files(__name__).joinpath(name)))
