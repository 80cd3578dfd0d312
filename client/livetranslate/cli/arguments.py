"""Arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from livetranslate.connection import DEFAULT_URL

UrlOption = Annotated[
    str,
    typer.Option(
        "--url",
        envvar="LIVETRANSLATE_URL",
        help="Address of the server's gRPC port, host:port; of several servers, separated by commas.",
    ),
]

DEFAULT_SERVER = DEFAULT_URL


def split_languages(text: str) -> tuple[str, ...]:
    """``"es, fr"`` as ``("es", "fr")``."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
