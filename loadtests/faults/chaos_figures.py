"""From tries to a line of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from loadtests.faults.chaos_run import Try
from loadtests.faults.neighbours import side
from loadtests.live.clips import Clip
from loadtests.live.leftovers import Footprint
from loadtests.scoring import Spread

HELD = ("processes", "threads", "files", "shm_files", "shm_mib")


def row(name: str, what: str, tries: Sequence[Try], clip: Clip, reason: str | None) -> dict[str, Any]:
    """One fault, ready for JSON.

    Args:
        name: of the fault.
        what: in words.
        tries: what each showed.
        clip: what the running sessions heard.
        reason: why it was not done; None when it was.
    """
    told = side((outcome for one in tries for outcome in one.outcomes), clip)
    return {
        "fault": name,
        "what": what,
        "not_possible": reason,
        "tries": len(tries),
        "recovered": sum(_has_recovered(one) for one in tries),
        "captions_s": _spread(one.captions_s for one in tries),
        "recovered_s": _spread(one.recovered_s for one in tries),
        "ready_s": _spread(one.ready_s for one in tries),
        "left": left(tries),
        **{key: value for key, value in told.items() if key != "outcomes"},
    }


def left(tries: Sequence[Try]) -> dict[str, float]:
    """What the server holds after the last try and did not hold before the first; and zombies, all tries together."""
    if not tries or tries[0].before is None or tries[-1].after is None:
        return {}
    return difference(tries[0].before, tries[-1].after) | {"zombies": sum(one.zombies for one in tries)}


def difference(before: Footprint, after: Footprint) -> dict[str, float]:
    """What is held more than before."""
    less, more = asdict(before), asdict(after)
    return {key: round(more[key] - less[key], 1) for key in HELD}


def _has_recovered(one: Try) -> bool:
    return one.recovered_s is not None and one.ready_s is not None and one.is_well


def _spread(values: Any) -> dict[str, float] | None:
    found = Spread.of(values)
    return None if found is None else asdict(found)
