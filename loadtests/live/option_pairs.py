"""Session options from the command line."""

from __future__ import annotations

from typing import Any

import msgspec
import typer

from livetranslate.protocol import SessionOptions


def session_options(pairs: list[str]) -> dict[str, Any]:
    """``key=value`` texts as the session's options, each read as the type that the option has."""
    types = {field.name: field.type for field in msgspec.structs.fields(SessionOptions)}
    options: dict[str, Any] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or key not in types:
            raise typer.BadParameter(f"{pair!r} is no KEY=VALUE with one of the options {', '.join(types)}.")
        try:
            options[key] = msgspec.convert(value, types[key], strict=False)
        except msgspec.ValidationError as error:
            raise typer.BadParameter(f"{pair}: {error}") from None
    return options
