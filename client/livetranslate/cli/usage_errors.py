"""The parser's exceptions, from whichever click typer brings: the package, or (newer releases) a copy of its own."""

from __future__ import annotations

from typing import Any

import typer

UsageError: Any = typer.BadParameter.__base__
ParserError: Any = UsageError.__base__


def is_help(error: Exception) -> bool:
    """Whether the exception only asks for the command's help, because it was called without arguments."""
    return type(error).__name__ == "NoArgsIsHelpError"
