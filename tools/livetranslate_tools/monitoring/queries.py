"""Words for PromQL that the description is written in. Everything is taken over five minutes."""

from __future__ import annotations

from livetranslate.protocol.errors import Category, ErrorCode

JOB = "livetranslate"
"""Name of the scrape job."""

DRIFT_JOB = "livetranslate-drift"
"""Name of the scrape job for the page of ``livetranslate drift watch``."""

WINDOW = "5m"
"""Long enough for 20 scrapes of 15 s, short enough to see a bad version within its first step."""

_OURS = {
    Category.MODEL,
    Category.RECOGNITION,
    Category.TRANSLATION,
    Category.DEVICE,
    Category.DEADLINE,
    Category.REMOTE,
    Category.INTERNAL,
}
OUR_CODES = "|".join(sorted({code.value for code in ErrorCode if code.category in _OURS} | {"UNAVAILABLE"}))
"""Regular expression of the error codes that are the system's fault; UNAVAILABLE is a word of the llm's back end."""


def rate(series: str, *by: str, matching: str = "") -> str:
    """Growth a second of a counter, added up over all but the labels ``by``."""
    return f"sum by ({', '.join(by)}) (rate({_selected(series, matching)}[{WINDOW}]))"


def quantile(share: float, histogram: str, *by: str, matching: str = "") -> str:
    """A quantile of a histogram; no value while nothing is observed."""
    return f"histogram_quantile({share:g}, {rate(f'{histogram}_bucket', 'le', *by, matching=matching)})"


def mean(histogram: str, *by: str, matching: str = "") -> str:
    """The mean of a histogram; no value while nothing is observed."""
    total, count = (rate(f"{histogram}_{part}", *by, matching=matching) for part in ("sum", "count"))
    return f"{total} / ({count} > 0)"


def share(part: str, whole: str) -> str:
    """A part of a whole, 0 to 1: 0 where the part was never counted, no value where the whole stands still."""
    return f"({part} or 0 * {whole}) / ({whole} > 0)"


def added(one: str, other: str) -> str:
    """The sum of two, where one of them may not have been counted yet."""
    return f"(({one} or 0 * {other}) + ({other} or 0 * {one}))"


def share_beside(part: str, rest: str) -> str:
    """A part of itself and a rest, 0 to 1; no value where both stand still."""
    return f"({part} or 0 * {rest}) / ({added(part, rest)} > 0)"


def _selected(series: str, matching: str) -> str:
    return f"{series}{{{matching}}}" if matching else series
