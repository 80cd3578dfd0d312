"""E-mail addresses: written, masked (``anna [at] example [dot] com``) and said (``anna arroba ejemplo punto com``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from livetranslate.redaction.kinds import Span
from livetranslate.redaction.spoken_words import ANY_TLD, AT, DOT, JOIN, LABEL, SPELLED, START, WORD
from livetranslate.redaction.text_matching import LETTER, overlapping, words

LONGEST_NAME = 64  # RFC 5321, section 4.5.3.1.1
_SAID_NAME_REACH = 96

_NAME_CHARACTERS = re.compile(rf"[{LETTER}0-9.!#$%&'*+/=?^_`{{|}}~\-]{{1,{LONGEST_NAME}}}\Z")
_DOMAIN = re.compile(
    rf"@(?:[{LETTER}0-9\-]{{1,63}}\.){{1,8}}[{LETTER}]{{2,24}}(?![{LETTER}0-9\-])|"
    r"@\[[0-9a-fA-F:.]{3,45}\]"
)
_SAID_DOMAIN = words(rf"{AT}(?:{SPELLED}|{LABEL})(?:{DOT}{LABEL}){{0,3}}{DOT}{ANY_TLD}(?:{DOT}{ANY_TLD})?")
_SAID_NAME = words(rf"{START}(?:{SPELLED}|{WORD})(?:(?:{DOT}|{JOIN}|[ ](?=[0-9]))(?:{SPELLED}|{WORD})){{0,6}}\Z")
# "Look at example dot com": not an address of a person, a web address.
_NOT_A_NAME = words(
    r"""look(?:ed|ing|s)?|us|me|it|them|him|her|you|find|visit|available|online|more|website|site|page|here|live|store|
    is|are|was|be|see|up|out|and|or|docs|documentation|stream|published|hosted|shop|read|read\sit"""
)


def find_emails(text: str) -> Iterator[Span]:
    """E-mail addresses in folded text."""
    for match in _DOMAIN.finditer(text):
        name = _written_name(text, match.start())
        if name:
            yield Span(match.start() - len(name), match.end())
    for match in overlapping(_SAID_DOMAIN, text):
        name = _said_name(text, match.start())
        if name:
            yield Span(match.start() - len(name), match.end())


def _written_name(text: str, end: int) -> str:
    start = end
    while start > max(0, end - LONGEST_NAME) and _NAME_CHARACTERS.match(text[start - 1]):
        start -= 1
    return text[start:end].lstrip(".!#$%&'*+/=?^`{|}~-")


def _said_name(text: str, end: int) -> str:
    before = text[max(0, end - _SAID_NAME_REACH) : end]
    match = _SAID_NAME.search(before)
    if match is None or _NOT_A_NAME.fullmatch(match[0]):
        return ""
    return match[0]
