"""Puts the commands together and turns every way of ending into an exit code and one sentence."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from livetranslate import __version__
from livetranslate.cli import languages, stream, transcribe, translate
from livetranslate.cli.plugins import add_installed_commands
from livetranslate.cli.usage_errors import ParserError, UsageError, is_help
from livetranslate.protocol import Category, LiveTranslateError

OK, FAILURE, USAGE, INTERRUPTED = 0, 1, 2, 130
_USAGE = frozenset({Category.OPTIONS, Category.LANGUAGE, Category.TERMS})


def make_app() -> tuple[typer.Typer, list[str]]:
    """The application, and a sentence for every installed part whose commands could not be added."""
    app = typer.Typer(
        name="livetranslate",
        help="Live speech in, captions and translations out, while people speak.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for room in (stream, transcribe, translate, languages):
        room.register(app)
    return app, add_installed_commands(app)


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line (without the program's name) and returns its exit code."""
    app, missing = make_app()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if missing and ({"-h", "--help"} & set(given[:1]) or not given):
        _say(*missing)
    try:
        result = app(args=given, prog_name="livetranslate", standalone_mode=False)
    except UsageError as error:
        if is_help(error):
            typer.echo(error.format_message(), err=True)
            return USAGE
        command = error.ctx.command_path if error.ctx else "livetranslate"
        _say(f"{error.format_message().rstrip('.')}. See '{command} --help'.", *missing)
        return USAGE
    except ParserError as error:
        _say(error.format_message())
        return int(error.exit_code)
    except LiveTranslateError as error:
        _say(str(error))
        return USAGE if error.code.category in _USAGE else FAILURE
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return result if isinstance(result, int) else OK


def _say(*sentences: str) -> None:
    for sentence in sentences:
        typer.echo(f"livetranslate: {sentence}", err=True)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer's callback
    if asked:
        typer.echo(f"livetranslate {__version__}")
        raise typer.Exit


def _root(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Live speech in, captions and translations out, while people speak."""
