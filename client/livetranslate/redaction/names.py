"""Names of people and addresses, which have no written form of their own: a model of the language finds them.

spaCy (https://spacy.io, not installed with this package) is one such finder; any function from a text to finds is
another.
"""

from __future__ import annotations

import importlib
import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.redaction.kinds import NAMED_KINDS, Find, Kind, Span

PACKAGES = {
    "en": "en_core_web_sm",
    "es": "es_core_news_sm",
    "de": "de_core_news_sm",
    "zh": "zh_core_web_sm",
    "fr": "fr_core_news_sm",
}
"""spaCy's small package by language."""
ANY_LANGUAGE = "xx_ent_wiki_sm"
"""spaCy's package for all other languages."""

_PERSON_LABELS = {"PER", "PERSON"}
_PLACE_LABELS = {"LOC", "GPE", "FAC"}
_LONGEST_PIECE = 50_000  # characters; spaCy refuses more than a million, and its memory grows with them
_SURROGATE = re.compile("[\ud800-\udfff]")
_HOUSE_BEFORE = re.compile(r"(?<![\w.,])\d{1,5}[a-zA-Z]?,?\s\Z")
_HOUSE_AFTER = re.compile(r",?\s?(?:No\.?\s|n\.?º\s?|número\s)?\d{1,5}(?:[a-zA-Z]\b|号)?(?![\w.,:]*\d)")


class NameFinder(Protocol):
    """Finds names and addresses in a text."""

    def __call__(self, text: str, /) -> Iterable[Find]:
        """Finds of the kinds NAME and ADDRESS, within the text."""


class SpacyNames:
    """Names and addresses as a spaCy pipeline marks them.

    A person is a NAME. A place is an ADDRESS only with the number of a house in or beside it: towns and countries stay.
    """

    def __init__(self, pipeline: Any) -> None:
        """Takes a loaded spaCy pipeline that marks entities."""
        self._pipeline = pipeline

    def __call__(self, text: str, /) -> Iterator[Find]:
        """Finds in a text of any length."""
        plain = _SURROGATE.sub("\ufffd", text)  # spaCy encodes its words
        for piece in _pieces(plain):
            for entity in self._pipeline(plain[piece.start : piece.end]).ents:
                span = Span(piece.start + entity.start_char, piece.start + entity.end_char)
                if entity.label_ in _PERSON_LABELS:
                    yield Find(*span, Kind.NAME)
                elif entity.label_ in _PLACE_LABELS and (address := _with_house(plain, span)):
                    yield Find(*address, Kind.ADDRESS)


def load_names(language: str, *, package: str | None = None) -> SpacyNames:
    """Loads the spaCy package of a language.

    Args:
        language: code such as ``en``; a language without a package of its own gets the one for many languages.
        package: another package, by its name or folder.

    Raises:
        LiveTranslateError: ``MODEL_UNAVAILABLE`` if spaCy or the package is not installed, with what to run.
    """
    wanted = package or PACKAGES.get(language.lower().split("-")[0], ANY_LANGUAGE)
    try:
        spacy = importlib.import_module("spacy")
    except ImportError as error:
        raise LiveTranslateError(
            ErrorCode.MODEL_UNAVAILABLE,
            f"Names in {language!r} need spaCy, which is not installed ({error}). Run 'pip install spacy' and "
            f"'python -m spacy download {wanted}', or redact without names.",
        ) from error
    try:
        # Words' forms and grammar are not needed for names.
        return SpacyNames(spacy.load(wanted, exclude=["lemmatizer", "parser", "attribute_ruler"]))
    except OSError as error:
        raise LiveTranslateError(
            ErrorCode.MODEL_UNAVAILABLE,
            f"Names in {language!r} need the spaCy package {wanted!r}, which is not installed. Run "
            f"'python -m spacy download {wanted}', give another with package=…, or redact without names.",
        ) from error


def named_finds(text: str, names: NameFinder, *, taken: Sequence[Find | Span]) -> list[Find]:
    """What a finder gives, without what is taken already: a model's find may reach into a pattern's.

    Args:
        text: the text.
        names: the finder.
        taken: finds and placeholders, without overlap among them.

    Raises:
        LiveTranslateError: ``INTERNAL`` if the finder gives another kind, or a place outside the text.
    """
    occupied = sorted(Span(other.start, other.end) for other in taken)
    kept: list[Find] = []
    for find in sorted(names(text)):
        if find.kind not in NAMED_KINDS or not 0 <= find.start < find.end <= len(text):
            raise LiveTranslateError(
                ErrorCode.INTERNAL,
                f"The finder of names gave {find.kind.value} at {find.start} to {find.end} in a text of {len(text)} "
                "characters; it may give name or address, within the text.",
            )
        for part in list(_free_parts(Span(find.start, find.end), occupied)):
            trimmed = _trimmed(text, part)
            if trimmed.start < trimmed.end:
                kept.append(Find(trimmed.start, trimmed.end, find.kind))
                insort(occupied, trimmed)
    return kept


def _free_parts(span: Span, occupied: list[Span]) -> Iterator[Span]:
    position = span.start
    for index in range(max(0, bisect_left(occupied, span) - 1), len(occupied)):
        other = occupied[index]
        if other.start >= span.end:
            break
        if position < other.start:
            yield Span(position, other.start)
        position = max(position, other.end)
    if position < span.end:
        yield Span(position, span.end)


def _trimmed(text: str, span: Span) -> Span:
    """A span without space and punctuation at its ends; an abbreviation's dot inside stays."""
    start, end = span
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end)


def _with_house(text: str, place: Span) -> Span | None:
    before = _HOUSE_BEFORE.search(text[max(0, place.start - 9) : place.start])
    if before:
        return Span(place.start - len(before[0]), place.end)
    after = _HOUSE_AFTER.match(text, place.end)
    if after:
        return Span(place.start, after.end())
    return place if any(character.isdigit() for character in text[place.start : place.end]) else None


def _pieces(text: str) -> Iterator[Span]:
    """Pieces of a text that a pipeline takes, cut at white space where there is any."""
    start = 0
    while start < len(text):
        end = min(start + _LONGEST_PIECE, len(text))
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start else end
        yield Span(start, end)
        start = end
