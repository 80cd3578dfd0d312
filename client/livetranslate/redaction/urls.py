"""Web addresses: with a scheme, with ``www``, bare (``example.com/path``) and said (``example dot com slash help``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from livetranslate.redaction.cues import WEB, is_announced
from livetranslate.redaction.kinds import Span
from livetranslate.redaction.spoken_words import ANY_TLD, CLEAR_TLD, CLEAR_TLDS, DOT, LABEL, SLASH, START, WORD
from livetranslate.redaction.text_matching import LETTER, NOT_AFTER_WORD, overlapping, words

# What a URL never holds unescaped, and what ends it in Chinese text.
_INSIDE = r"[^\s<>\"`{}|\\^\u2e80-\uffef]"
_CLOSERS = {")": "(", "]": "["}

_SCHEME = re.compile(rf"{NOT_AFTER_WORD}(?:https?|ftps?|wss?|rtsp|rtmp|sftp|ssh|grpc)://{_INSIDE}{{2,}}", re.IGNORECASE)
_WWW = re.compile(rf"{NOT_AFTER_WORD}www\.[{LETTER}0-9]{_INSIDE}{{2,}}", re.IGNORECASE)
# Lower case: "ended.It began" is two sentences. Not before a dot and a name: "java.io.File" is none.
_BARE = re.compile(
    rf"(?<![{LETTER}0-9_@.\-/])(?:[A-Za-z0-9][A-Za-z0-9\-]{{0,62}}\.){{1,6}}"
    rf"(?:{CLEAR_TLDS}|es|de|fr|co|ai|mx|ar|at|ch|ca|it|jp|us|tv)"
    rf"(?![{LETTER}0-9_@\-(]|\.[{LETTER}0-9])(?:[/?#:]{_INSIDE}*)?"
)
_NOT_DOMAINS = re.compile(r"(?:asp|vb|ado|ml)\.net|(?:java|std|sys|file|core)\.io", re.IGNORECASE)

_SAID = words(
    rf"{START}(?:(?:https?|www|triple\sw|uve\sdoble\suve\sdoble\suve\sdoble){DOT})?"
    rf"{LABEL}(?:{DOT}{LABEL}){{0,3}}{DOT}(?:{CLEAR_TLD}(?:{DOT}{ANY_TLD})?)(?:{SLASH}{WORD}){{0,4}}"
)
# The name of a country is a word of its own in many languages ("mi punto es", "point de vue"): only after www or "web".
_SAID_COUNTRY = words(
    rf"{START}(?:(?:https?|www|triple\sw){DOT})?{LABEL}(?:{DOT}{LABEL}){{0,3}}{DOT}{ANY_TLD}(?:{SLASH}{WORD}){{0,4}}"
)
_WEB_REACH = 20
_SAID_WWW = words(r"(?:https?|www|triple\sw)\b")
_A_DOT_SAID = words(r"[ ](?:dot|punto|punkt|point)[ ]|点|點|[ ]?[\[({<][ ]?(?:dot|punto|point|punkt|\.)")
_NO_LABEL = words(
    r"""(?:the|a|an|this|that|of|or|and|no|not|el|la|los|las|un|una|este|ese|o|y|ni|en|de|der|die|das|ein|eine|oder|und|
    kein|le|les|ce|une|ou|et|pas)[ ]"""
)


def find_urls(text: str) -> Iterator[Span]:
    """Web addresses in folded text."""
    for pattern in (_SCHEME, _WWW):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.start() + len(_without_end(match[0])))
    for match in _BARE.finditer(text):
        if not _NOT_DOMAINS.fullmatch(match[0]):
            yield Span(match.start(), match.start() + len(_without_end(match[0])))
    for match in overlapping(_SAID, text):
        if _is_said(match[0]):
            yield Span(match.start(), match.end())
    for match in overlapping(_SAID_COUNTRY, text):
        before = text[max(0, match.start() - _WEB_REACH) : match.start()]
        is_web = _SAID_WWW.match(match[0]) or is_announced(before, len(before), WEB, unless=None)
        if is_web and _is_said(match[0]):
            yield Span(match.start(), match.end())


def _is_said(url: str) -> bool:
    """Whether a dot of it is a word, and what stands before it can be a name ("the dot com bubble" has none)."""
    return _A_DOT_SAID.search(url) is not None and _NO_LABEL.match(url) is None


def _without_end(url: str) -> str:
    """A URL without the punctuation of the sentence around it; closing brackets stay if they are opened inside."""
    end = len(url)
    opened = {closer: url.count(opener) - url.count(closer) for closer, opener in _CLOSERS.items()}
    while end:
        last = url[end - 1]
        if last in opened and opened[last] < 0:
            opened[last] += 1
        elif last not in ".,;:!?'*_":
            break
        end -= 1
    return url[:end]
