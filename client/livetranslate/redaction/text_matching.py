"""Small tools that the patterns share.

Chinese is written without spaces, so the edge of a number or a word is where Latin letters and digits end (to a regular
expression's word boundary ``电话138`` is one word). Every repetition in the patterns is bounded, or is searched for
without overlap: that keeps the time linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from livetranslate.redaction.kinds import Span

LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
"""Latin letters, for the inside of a character class."""

NOT_AFTER_WORD = rf"(?<![{LETTER}0-9_])"
NOT_BEFORE_WORD = rf"(?![{LETTER}0-9_])"

NOT_IN_RUN = rf"{NOT_AFTER_WORD}(?<![0-9][ .,\-/])"
"""The first digit of a number is not one of a longer number, in groups or not."""
RUN_ENDS = rf"{NOT_BEFORE_WORD}(?![ .,\-/][0-9])"
GAP = r"[ .,\-/，、]{0,2}"
"""What may stand between two digits, as typed or as a speech recognizer groups them."""


def words(pattern: str) -> re.Pattern[str]:
    """Compiles a pattern of words: case and white space of its own do not count."""
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


def overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches at every place where one begins, also inside an earlier one.

    A candidate that its check refuses must not hide the one that begins within it.
    """
    match = pattern.search(text)
    while match:
        yield match
        match = pattern.search(text, match.start() + 1)


def checked(pattern: re.Pattern[str], text: str, is_valid: Callable[[str], bool]) -> Iterator[Span]:
    """Spans of matches whose letters and digits (upper case, without what separates them) pass a check."""
    for match in overlapping(pattern, text):
        if is_valid(compact(match[0])):
            yield Span(match.start(), match.end())


def compact(text: str) -> str:
    """ASCII letters and digits of a text, in upper case."""
    return "".join(character for character in text if character.isascii() and character.isalnum()).upper()
