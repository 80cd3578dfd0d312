"""``livetranslate translate TEXT --to es,fr``: a text in other languages."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
import typer

from livetranslate.cli.arguments import DEFAULT_SERVER, UrlOption, split_languages
from livetranslate.cli.terms import DomainOption, FormalityOption, KeepOption, TermOption, glossaries
from livetranslate.client import Client, connect
from livetranslate.protocol import AUTO, ErrorCode, Formality, LiveTranslateError, TranslationResult
from livetranslate.protocol.translation import check_targets


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("translate", help="Translate a text ('-' reads it from standard input).")(translate)


def translate(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text, or '-'.")],
    *,
    targets: Annotated[str, typer.Option("--to", help="Languages to translate into: es or es,fr.")],
    source: Annotated[str, typer.Option("--from", help="Language of the text, or 'auto'.")] = AUTO,
    term: TermOption = None,
    keep: KeepOption = None,
    formality: FormalityOption = Formality.DEFAULT,
    domain: DomainOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print {source, translations: {es: {text …}}}.")] = False,
    url: UrlOption = DEFAULT_SERVER,
) -> None:
    """Translates a text; several languages are translated at the same time and printed one a line."""
    content = _standard_input() if text == "-" else text
    languages = split_languages(targets)
    terms = glossaries(term or (), languages)
    style = {"keep": tuple(keep or ()), "formality": formality, "domain": domain}
    results = asyncio.run(_translate(connect(url), content, source, languages, terms, style))
    if as_json:
        document = {"source": source, "translations": results}
        typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
        return
    for language, result in results.items():
        typer.echo(result.text if len(results) == 1 else f"{language}: {result.text}")
        if remark := _remark(result):
            typer.echo(f"{language}: {remark}", err=True)


async def _translate(
    client: Client,
    text: str,
    source: str,
    targets: Sequence[str],
    terms: Mapping[str, dict[str, str]],
    style: Mapping[str, Any],
) -> dict[str, TranslationResult]:
    """All languages at once, each with its own terms."""
    check_targets(targets, source, needs_one=True)
    work = [
        client.translate_checked(text, source, targets=[target], glossary=terms.get(target, {}), **style)
        for target in targets
    ]
    async with client:
        return {language: result for one in await asyncio.gather(*work) for language, result in one.items()}


def _remark(result: TranslationResult) -> str:
    """What a reader should know of a translation; empty when nothing."""
    if result.untranslated:
        return f"not translated ({', '.join(flag.value for flag in result.flags)}); this is the text as it was given."
    names = ", ".join(flag.value.replace("_", " ") for flag in result.flags)
    lost = f": {', '.join(result.lost)}" if result.lost else ""
    return f"check it ({names}{lost})." if names else ""


def _standard_input() -> str:
    data = sys.stdin.buffer.read()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise LiveTranslateError(
            ErrorCode.TEXT_NOT_UTF8,
            f"Standard input is no UTF-8: byte 0x{data[error.start]:02x} at position {error.start}; convert it first.",
        ) from error
