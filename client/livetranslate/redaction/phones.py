"""Telephone numbers, as they are written in China, France, Germany, Spain and North America, and with a country code.

A form that is used for little else counts by itself. Digits in any other form count when they are announced
(:data:`livetranslate.redaction.cues.PHONE`), and are not a date, an amount or a row of years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from livetranslate.redaction.cues import OTHER_NUMBER, PHONE, is_announced
from livetranslate.redaction.kinds import Span
from livetranslate.redaction.text_matching import (
    GAP,
    NOT_AFTER_WORD,
    NOT_BEFORE_WORD,
    NOT_IN_RUN,
    RUN_ENDS,
    overlapping,
)

_S = r"(?: ?[.\-] ?|,? )"  # a separator, one of "." "-" " " ", "
_DIALLED = 7, 15  # digits that a number may have, E.164

_COUNTRY_CODE = rf"(?:{NOT_AFTER_WORD}(?:\+ ?|plus |m[aá]s |(?<![0-9] )00[ \-]?)|加)[1-9]"
_INTERNATIONAL = re.compile(
    rf"{_COUNTRY_CODE}(?:(?:[ .\-/()]|, ){{0,3}}[0-9]){{8,14}}{NOT_BEFORE_WORD}",
    re.IGNORECASE,
)
# By country, in the groups that are customary there.
_NATIONAL = tuple(
    re.compile(rf"{NOT_IN_RUN}{form}{RUN_ENDS}")
    for form in (
        rf"(?:1{_S})?\([2-9][0-9]{{2}}\){_S}?[0-9]{{3}}{_S}[0-9]{{4}}",  # North America
        rf"(?:1{_S})?[2-9][0-9]{{2}}{_S}[0-9]{{3}}{_S}[0-9]{{4}}",
        r"[6-9][0-9]{2}(?P<s>[ \-]|, )[0-9]{3}(?P=s)[0-9]{3}",  # Spain
        rf"[6-9][0-9]{{2}}(?P<s>{_S})[0-9]{{2}}(?P=s)[0-9]{{2}}(?P=s)[0-9]{{2}}",
        rf"[89][0-9](?P<s>{_S})[0-9]{{3}}(?P=s)[0-9]{{2}}(?P=s)[0-9]{{2}}",
        rf"0[1-9](?:{_S}?[0-9]{{2}}){{4}}",  # France
        r"\(0[1-9][0-9]{1,4}\) ?[0-9]{3,9}(?:[ \-][0-9]{1,4}){0,3}",  # Germany
        rf"0[1-9][0-9]{{1,4}}(?: ?[/\-] ?|,? )[0-9]{{3,9}}(?:{_S}[0-9]{{1,5}}){{0,4}}",
        r"01[567][0-9]{8,9}",
        rf"1[3-9][0-9]{_S}?[0-9]{{4}}{_S}?[0-9]{{4}}",  # China
        r"0[1-9][0-9]{1,2}[ \-]?[0-9]{4} ?[0-9]{3,4}",
        rf"[48]00{_S}?[0-9]{{3}}{_S}?[0-9]{{4}}",
    )
)
_ONE_BY_ONE = re.compile(rf"{NOT_IN_RUN}[0-9](?:(?: |, |-)[0-9]){{8,12}}{RUN_ENDS}(?!,\ [0-9])")
_ANY_FORM = re.compile(rf"{NOT_IN_RUN}\(?[0-9](?:\)?{GAP}\(?[0-9]){{6,14}}{RUN_ENDS}")

_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}([/.\-])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([/.\-])[0-9]{1,2}\2(?:19|20)[0-9]{2})(?![0-9])"
)
_YEARS = re.compile(rf"(?:(?:19|20)[0-9]{{2}}(?:{GAP}|\Z)){{2,}}\Z")
_THOUSANDS = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})*\Z")
_ROUND = re.compile(r"[0-9]{1,3}(?:[ .,][0-9]{3})*(?:[ .,]000)+\Z")
_MONEY_BEFORE = re.compile(r"[$€£¥]\s?\Z")
_UNIT_AFTER = re.compile(
    r"\s?(?:[$€£¥%°元块年月]|(?:euros?|eur|usd|dollars?|d[oó]lares|pesos|people|habitantes|personas|einwohner|habitants|"
    r"bytes|km|kg|hz|mb|gb|ms)\b)",
    re.IGNORECASE,
)


def find_phones(text: str) -> Iterator[Span]:
    """Telephone numbers in folded text."""
    for pattern in (_INTERNATIONAL, *_NATIONAL, _ONE_BY_ONE):
        for match in overlapping(pattern, text):
            span = Span(match.start(), match.end())
            announced_otherwise = is_announced(text, span.start, OTHER_NUMBER, unless=PHONE)
            is_strong = pattern is _INTERNATIONAL
            if (is_strong or not announced_otherwise) and _is_number(text, span):
                yield span
    for match in overlapping(_ANY_FORM, text):
        span = Span(match.start(), match.end())
        if is_announced(text, span.start, PHONE) and _is_number(text, span):
            yield span


def _is_number(text: str, span: Span) -> bool:
    """Whether digits can be dialled: no amount, no date, no years, no counting."""
    number = text[span.start : span.end]
    digits = re.sub(r"[^0-9]", "", number)
    if not _DIALLED[0] <= len(digits) <= _DIALLED[1] or len(set(digits)) == 1:
        return False
    if _MONEY_BEFORE.search(text[max(0, span.start - 2) : span.start]) or _UNIT_AFTER.match(text, span.end):
        return False
    if _DATE.match(number) or _YEARS.match(number) or _ROUND.match(number):
        return False
    if _THOUSANDS.match(number) and len(digits) != 9:  # 612.345.678 is a number in Spain
        return False
    return not _counts([int(group) for group in re.findall(r"[0-9]+", number)])


def _counts(groups: list[int]) -> bool:
    """Whether numbers go up or down by one: somebody counts."""
    steps = {second - first for first, second in pairwise(groups)}
    return len(groups) > 2 and steps in ({1}, {-1})
