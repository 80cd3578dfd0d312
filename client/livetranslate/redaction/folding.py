"""One plain form of a text, for the patterns to read, that knows where each of its characters came from.

Fullwidth and other digits become ASCII digits, dashes ``-``, spaces one kind of space; characters without width go
away, and a letter with its accent beside it becomes one. So one pattern reads ``１３８`` and ``138``.
"""

from __future__ import annotations

import unicodedata

from livetranslate.redaction.kinds import Span

_DASHES = dict.fromkeys("‐‑‒–—―−﹣－", "-")
_QUOTES = {"‘": "'", "’": "'", "“": '"', "”": '"'}
_SPACES = dict.fromkeys("\u2028\u2029\x85\x0b\x0c", "\n")
# What NFKC makes of one character in one character, and what it does not.
# The Turkish letters are "i" to a pattern that ignores case, and must be so to what reads its match.
_FOLDS = {**_DASHES, **_QUOTES, **_SPACES, "\t": " ", "｡": "。", "﹒": ".", "ı": "i", "İ": "I"}


class Folded:
    """A folded text.

    Attributes:
        text: what the patterns read.
    """

    def __init__(self, text: str, spans: list[Span] | None = None) -> None:
        """Takes a folded text and, unless it is the source itself, the source span of each of its characters."""
        self.text = text
        self._spans = spans

    def source(self, span: Span) -> Span:
        """Where a stretch (of one character or more) of the folded text stands in the source."""
        if self._spans is None:
            return span
        return Span(self._spans[span.start].start, self._spans[span.end - 1].end)

    def replaced(self, replacements: list[tuple[Span, str]]) -> Folded:
        """The text with stretches replaced; each new character stands for its whole stretch.

        Args:
            replacements: in order, without overlap; no stretch and no replacement is empty.
        """
        pieces: list[str] = []
        spans: list[Span] = []
        position = 0
        for span, replacement in replacements:
            pieces += (self.text[position : span.start], replacement)
            spans += (self.source(Span(index, index + 1)) for index in range(position, span.start))
            spans += [self.source(span)] * len(replacement)
            position = span.end
        pieces.append(self.text[position:])
        spans += (self.source(Span(index, index + 1)) for index in range(position, len(self.text)))
        return Folded("".join(pieces), spans)


def fold(text: str) -> Folded:
    """Folds a text. Takes any string, lone surrogates too."""
    if text.isascii() and "\t" not in text:
        return Folded(text)
    characters: list[str] = []
    spans: list[Span] = []
    for index, character in enumerate(text):
        category = unicodedata.category(character) if character > "\x7f" else ""
        if category == "Cf" or "\ufe00" <= character <= "\ufe0f":  # no width: soft hyphens, joiners …
            continue
        if category == "Mn" and characters:
            joined = unicodedata.normalize("NFC", characters[-1] + character)
            if len(joined) == 1:
                characters[-1] = joined
                spans[-1] = Span(spans[-1].start, index + 1)
                continue
        characters.append(_plain(character, category))
        spans.append(Span(index, index + 1))
    return Folded("".join(characters), spans)


def _plain(character: str, category: str) -> str:
    if character in _FOLDS:
        return _FOLDS[character]
    if category == "":
        return character
    if category == "Nd":
        return str(unicodedata.decimal(character))
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 else character
