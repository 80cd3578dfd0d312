"""Where a sentence that is too long to wait for is cut: at a clause's end, and only without one at a word's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sentence_languages import SENTENCE_ENDS, LanguageRules, rules_for

_STRONG = 1.0
_COMMA = 0.7
_COMMA_AND_JOIN = 0.9
_JOIN = 0.4
_LATER = 0.3
"""What a boundary is worth: semicolons, colons and dashes; commas; commas before a conjunction; conjunctions; and how
much more each is worth at the end of the stretch than at its beginning, since few words should be split off early."""

_QUOTED = -0.6
"""What a boundary loses between quotes or brackets."""

_PAUSES = r"(?P<strong>[;:—–؛](?=\s)|[；：])|(?P<comma>[,،](?=\s)|[，、]|(?<=[\u3040-\u9fff])\s)"
_BRACKETS = re.compile(r"[(\[{（「『《〈【„“«»”)\]}）」』》〉】\"]")
_RUN = re.compile(r"[A-Za-z0-9@/:?=&_%.,'’\-]")
_NOT_FIRST = SENTENCE_ENDS + ",;:、，；：)]}）」』》〉】”’»%…"
_SMALL_KANA = "ぁぃぅぇぉっゃゅょァィゥェォッャュョー々ん"


def clause_end(text: str, rules: LanguageRules, *, first: int, last: int) -> int | None:
    """The best end of a clause.

    Args:
        text: from the beginning of the sentence on.
        rules: its language's.
        first: the least index to cut at.
        last: the greatest.

    Returns:
        The index behind the clause's last mark or word, None when no clause ends there.
    """
    best: tuple[float, int] | None = None
    quoted = _quoted(text[:last])
    for at, worth in _clause_ends(text[: last + 1], rules):
        if first <= at <= last and not _splits_number(text, at):
            worth += _LATER * at / last + (_QUOTED if quoted[at - 1] else 0.0)
            best = max(best or (worth, at), (worth, at))
    return None if best is None else best[1]


def word_end(text: str, rules: LanguageRules, *, first: int, last: int) -> int | None:
    """The last end of a word up to ``last``, or the first one behind it; None when there is none yet.

    Numbers and abbreviations are kept whole. Chinese and Japanese are cut between two characters; the other languages
    without spaces (Thai, …) show no words to cut between.
    """
    if rules.is_wide:
        return next((at for at in _outwards(first, last, len(text) - 1) if _may_split(text, at)), None)
    spaces = [found.start() for found in re.finditer(r"\s+", text)]
    whole = [at for at in spaces if first <= at and text[at - 1] != "." and not _splits_number(text, at)]
    inside, behind = [at for at in whole if at <= last], [at for at in whole if at > last]
    return inside[-1] if inside else next(iter(behind), None)


def _clause_ends(text: str, rules: LanguageRules) -> Iterator[tuple[int, float]]:
    for found in _pattern(rules.language).finditer(text):
        kind = found.lastgroup
        if kind == "strong":
            yield found.end(), _STRONG
        elif kind == "comma":
            at = found.end() if found.group().strip() else found.start()
            yield at, _COMMA_AND_JOIN if _joins(rules.language).match(text, found.end()) else _COMMA
        elif kind == "ending":
            yield found.end(), _COMMA
        elif text[found.start() - 1 : found.start()] not in ",;:—–，、；：":
            yield found.start(), _JOIN if rules.is_spaced else _COMMA


@cache
def _pattern(language: str) -> re.Pattern[str]:
    rules = rules_for(language)
    joins = rf"|(?P<join>{_joins(language).pattern})" if rules.joins else ""
    endings = rf"|(?P<ending>{'|'.join(rules.join_ends)})" if rules.join_ends else ""
    return re.compile(_PAUSES + joins + endings, re.IGNORECASE)


@cache
def _joins(language: str) -> re.Pattern[str]:
    rules = rules_for(language)
    words = "|".join(map(re.escape, sorted(rules.joins, key=len, reverse=True))) or r"(?!)"
    return re.compile(rf"\s+(?:{words})(?=\s)" if rules.is_spaced else rf"\s*(?:{words})", re.IGNORECASE)


def _quoted(text: str) -> list[bool]:
    """For each character whether it stands between quotes or brackets."""
    inside = [False] * len(text)
    opened: int | None = None
    for found in _BRACKETS.finditer(text):
        if opened is None:
            opened = found.start()
        else:
            inside[opened : found.start()] = [True] * (found.start() - opened)
            opened = None
    return inside


def _splits_number(text: str, at: int) -> bool:
    """Whether a cut would part digits: "3, 5", "10 000"."""
    before, after = text[:at].rstrip(" ,"), text[at:].lstrip()
    return before[-1:].isdigit() and after[:1].isdigit()


def _may_split(text: str, at: int) -> bool:
    """Whether Chinese or Japanese may be cut there: not in a Latin word or number, nor where a mark loses its word."""
    left, right = text[at - 1], text[at]
    return not (
        (_RUN.match(left) and _RUN.match(right))
        or right in _NOT_FIRST
        or right in _SMALL_KANA
        or left in "（「『《〈【“"
    )


def _outwards(first: int, last: int, end: int) -> Iterator[int]:
    yield from range(min(last, end), first - 1, -1)
    yield from range(last + 1, end + 1)
