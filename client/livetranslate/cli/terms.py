"""Arguments about terms and style, shared by the commands that translate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from livetranslate.protocol import ErrorCode, Formality, LiveTranslateError

TermOption = Annotated[
    list[str] | None,
    typer.Option("--term", help="TERM=TRANSLATION that is required (es:TERM=… of one language); again for more."),
]
KeepOption = Annotated[list[str] | None, typer.Option("--keep", help="A term that stays as it is; again for more.")]
FormalityOption = Annotated[Formality, typer.Option("--formality", help="How the listener is addressed.")]
DomainOption = Annotated[str, typer.Option("--domain", help="What it is about, in a few words.")]


def glossaries(entries: Iterable[str], targets: Iterable[str]) -> dict[str, dict[str, str]]:
    """``TERM=TRANSLATION`` for every target language, ``es:TERM=TRANSLATION`` for one: language -> term -> translation.

    Raises:
        LiveTranslateError: ``TERMS_INVALID``, an entry of neither form, or for a language that is no target.
    """
    languages = tuple(targets)
    found: dict[str, dict[str, str]] = {}
    for entry in entries:
        term, equals, translation = entry.partition("=")
        language, colon, rest = term.partition(":")
        chosen = (language,) if colon and language in languages else languages
        term = rest if colon and language in languages else term
        if not equals or not term.strip() or not translation.strip():
            raise LiveTranslateError(
                ErrorCode.TERMS_INVALID, f"The term {entry!r} is not TERM=TRANSLATION or LANGUAGE:TERM=TRANSLATION."
            )
        for target in chosen:
            found.setdefault(target, {})[term.strip()] = translation.strip()
    return found
