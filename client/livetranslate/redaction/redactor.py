"""Redaction of a text: find, choose among finds that overlap, replace.

Two promises of :func:`redact` that shape this module:

* *Idempotent*: what is found depends on what stands around it, and a placeholder changes that. So each stretch between
  placeholders is read as a text of its own until nothing more is found in it. Redacting the result reads the same
  stretches and finds nothing.
* *Linear time*: a find can uncover another only near its edges, so of a long stretch only the ends are read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.redaction.cards import find_cards
from livetranslate.redaction.emails import find_emails
from livetranslate.redaction.folding import fold
from livetranslate.redaction.ibans import find_ibans
from livetranslate.redaction.ip_addresses import find_ip_addresses
from livetranslate.redaction.kinds import ALL_PATTERNS, NAMED_KINDS, Find, Kind, Redacted, Span
from livetranslate.redaction.names import NameFinder, named_finds
from livetranslate.redaction.national_ids import find_national_ids
from livetranslate.redaction.overlaps import choose
from livetranslate.redaction.phones import find_phones
from livetranslate.redaction.spoken_digits import with_digits
from livetranslate.redaction.urls import find_urls

Finder = Callable[[str], Iterator[Span]]

FINDERS: dict[Kind, Finder] = {
    Kind.IBAN: find_ibans,
    Kind.EMAIL: find_emails,
    Kind.URL: find_urls,
    Kind.NATIONAL_ID: find_national_ids,
    Kind.CARD: find_cards,
    Kind.IP: find_ip_addresses,
    Kind.PHONE: find_phones,
}
_PLACEHOLDER = re.compile("|".join(re.escape(kind.placeholder) for kind in Kind))

# Nothing but a URL is longer than this, with the words before it that matter.
_REACH = 2_000
_WINDOW = 4 * _REACH


def redact(text: str, *, kinds: frozenset[Kind] = ALL_PATTERNS, names: NameFinder | None = None) -> Redacted:
    """Replaces personal data in a text by the name of its kind.

    Takes any string and never fails on one. Time grows linearly with its length. Placeholders that are already there
    stay, and redacting a redacted text changes nothing (with ``names``: as far as the model finds nothing new).

    Args:
        text: typed text, a log, or what a speech recognizer wrote.
        kinds: what to look for by pattern.
        names: what finds names and addresses besides, such as :func:`livetranslate.redaction.names.load_names` gives;
            it looks for all it knows, whatever ``kinds`` says.

    Raises:
        LiveTranslateError: ``OPTION_INVALID`` if ``kinds`` asks for names or addresses and ``names`` is not given.
    """
    if names is None and kinds & NAMED_KINDS:
        asked = ", ".join(sorted(kind.value for kind in kinds & NAMED_KINDS))
        raise LiveTranslateError(
            ErrorCode.OPTION_INVALID,
            f"kinds holds {asked}, which no pattern finds; give names=load_names(language), or leave it out.",
        )
    found = [find for start, end in _between_placeholders(text) for find in _finds(text[start:end], start, kinds)]
    if names is not None:
        found += named_finds(text, names, taken=[*found, *_placeholders(text)])
    found.sort()
    return Redacted(_replaced(text, found), tuple(found))


def _placeholders(text: str) -> list[Span]:
    return [Span(match.start(), match.end()) for match in _PLACEHOLDER.finditer(text)]


def _between_placeholders(text: str) -> Iterator[Span]:
    position = 0
    for placeholder in _placeholders(text):
        yield Span(position, placeholder.start)
        position = placeholder.end
    yield Span(position, len(text))


def _replaced(text: str, finds: list[Find]) -> str:
    pieces: list[str] = []
    position = 0
    for find in finds:
        pieces += (text[position : find.start], find.kind.placeholder)
        position = find.end
    return "".join([*pieces, text[position:]])


def _finds(text: str, offset: int, kinds: frozenset[Kind]) -> list[Find]:
    """Finds in a text and, while there are any, in what is left of it between them."""
    found = choose(_candidates(text, Span(0, len(text)), kinds))
    kept = list(found)
    waiting = list(_left_over(Span(0, len(text)), found)) if found else []
    while waiting:
        stretch = waiting.pop()
        found = choose([find for part in _ends(stretch) for find in _candidates(text, part, kinds, within=stretch)])
        if found:
            kept += found
            waiting += _left_over(stretch, found)
    return [Find(find.start + offset, find.end + offset, find.kind) for find in kept]


def _candidates(text: str, part: Span, kinds: frozenset[Kind], *, within: Span | None = None) -> list[Find]:
    """All finds in a part of a text, read as a text of its own; they may overlap.

    Where the part was cut out of a longer stretch, what is near the cut is left out: it may go on beyond it.
    """
    within = within or part
    first = part.start if part.start == within.start else part.start + _REACH
    last = part.end if part.end == within.end else part.end - _REACH
    folded = with_digits(fold(text[part.start : part.end]))
    candidates: list[Find] = []
    for kind, finder in FINDERS.items():
        if kind in kinds:
            spans = (folded.source(span) for span in finder(folded.text))
            candidates += (Find(start + part.start, end + part.start, kind) for start, end in spans)
    return [find for find in candidates if first <= find.start and find.end <= last]


def _ends(stretch: Span) -> list[Span]:
    if stretch.end - stretch.start <= 2 * _WINDOW:
        return [stretch]
    return [Span(stretch.start, stretch.start + _WINDOW), Span(stretch.end - _WINDOW, stretch.end)]


def _left_over(stretch: Span, found: list[Find]) -> Iterator[Span]:
    """The parts of a stretch between finds that are in order."""
    position = stretch.start
    for find in found:
        if position < find.start:
            yield Span(position, find.start)
        position = find.end
    if position < stretch.end:
        yield Span(position, stretch.end)
