"""Which of several finds in the same place counts: the longest; of two alike, the most specific."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from livetranslate.redaction.kinds import Find, Kind

# A check digit and a form of its own leave less to chance than a row of digits.
_MOST_SPECIFIC_FIRST = (
    Kind.IBAN,
    Kind.EMAIL,
    Kind.URL,
    Kind.NATIONAL_ID,
    Kind.CARD,
    Kind.IP,
    Kind.PHONE,
    Kind.ADDRESS,
    Kind.NAME,
)
_RANKS = {kind: rank for rank, kind in enumerate(_MOST_SPECIFIC_FIRST)}


def choose(candidates: Iterable[Find]) -> list[Find]:
    """Finds without overlap, in order: the longest first has its place, then the longest that still fits."""
    by_merit = sorted(set(candidates), key=lambda find: (find.start - find.end, _RANKS[find.kind], find.start))
    kept: list[Find] = []
    for find in by_merit:
        place = bisect_left(kept, find)
        is_free_before = place == 0 or kept[place - 1].end <= find.start
        is_free_after = place == len(kept) or find.end <= kept[place].start
        if is_free_before and is_free_after:
            kept.insert(place, find)
    return kept
