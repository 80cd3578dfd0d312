"""``livetranslate translate TEXT --to es,fr``: a text in other languages."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import msgspec
import typer

from livetranslate.cli.arguments import DEFAULT_SERVER, UrlOption, split_languages
from livetranslate.client import connect
from livetranslate.protocol import AUTO, ErrorCode, LiveTranslateError


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("translate", help="Translate a text ('-' reads it from standard input).")(translate)


def translate(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text, or '-'.")],
    *,
    targets: Annotated[str, typer.Option("--to", help="Languages to translate into: es or es,fr.")],
    source: Annotated[str, typer.Option("--from", help="Language of the text, or 'auto'.")] = AUTO,
    as_json: Annotated[bool, typer.Option("--json", help="Print {source, translations: {es: {text}}}.")] = False,
    url: UrlOption = DEFAULT_SERVER,
) -> None:
    """Translates a text; several languages are translated at the same time and printed one a line."""
    content = _standard_input() if text == "-" else text
    translations = asyncio.run(connect(url).translate(content, source, targets=split_languages(targets)))
    if as_json:
        document = {
            "source": source,
            "translations": {language: {"text": translation} for language, translation in translations.items()},
        }
        typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
        return
    for language, translation in translations.items():
        typer.echo(translation if len(translations) == 1 else f"{language}: {translation}")


def _standard_input() -> str:
    data = sys.stdin.buffer.read()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise LiveTranslateError(
            ErrorCode.TEXT_NOT_UTF8,
            f"Standard input is no UTF-8: byte 0x{data[error.start]:02x} at position {error.start}; convert it first.",
        ) from error
