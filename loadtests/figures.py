"""From sessions' scores to the figures of a run, and from runs to what is reported; ours and the peers' alike."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from loadtests.processes import MIB, Meter
from loadtests.scoring import Distribution, Score, Spread

Figures = dict[str, float | None]

KEPT_SHARE = 0.95
"""Share of each stream's text that must be committed in time for the stream to count as kept in real time."""
KEPT_WER = 0.01
"""How much higher than with the fewest streams the word error rate may be, absolute."""


def caption_figures(scores: Sequence[Score]) -> Figures:
    """Of all sessions of one run, words pooled; the shares in time are the worst session's."""
    commit = Distribution.of([delay for one in scores for delay in one.commit_delays_s])
    ideal = Distribution.of([delay for one in scores for delay in one.ideal_commit_delays_s])
    shown = Distribution.of([delay for one in scores for delay in one.shown_delays_s])
    figures: Figures = {"wer": sum(s.errors for s in scores) / max(1, sum(s.reference_words for s in scores))}
    for name, distribution in (("delay", commit), ("shown", shown)):
        for part in ("avg", "p50", "p90", "p95", "p99"):
            figures[f"{name}_{part}_s"] = getattr(distribution, part) if distribution else None
    figures["ideal_avg_s"] = ideal.avg if ideal else None
    for field in ("first_shown_s", "first_committed_s"):
        figures[field] = _mean(getattr(one, field) for one in scores)
    for field in ("committed_erasure", "displayed_erasure", "displayed_erasure_written"):
        figures[field] = _mean(getattr(one, field) for one in scores)
    for field in ("share_in_time", "share_shown_in_time"):
        figures[field] = min((getattr(one, field) for one in scores), default=0.0)
    return figures


def cost_figures(
    meter: Meter, *, audio_s: float, streams: int, until: float | None = None, apart: Iterable[str] = ("llm",)
) -> Figures:
    """CPU seconds per audio second and memory, of all groups but those ``apart``; each group's CPU by its name.

    Args:
        meter: of the run.
        audio_s: audio that was sent, all streams together, seconds.
        streams: how many.
        until: monotonic time up to which CPU counts; None for the whole run.
        apart: groups that are not part of the sums.
    """
    left_out = set(apart)
    cpu = meter.cpu_s if until is None else meter.cpu_until(until)
    before = sum(size for group, size in meter.before_bytes.items() if group not in left_out)
    peak = sum(size for group, size in meter.peak_bytes.items() if group not in left_out)
    used_s = sum(cpu_s for group, cpu_s in cpu.items() if group not in left_out)
    figures: Figures = {
        "cpu_s_per_audio_s": used_s / audio_s,
        "memory_per_session_mib": (peak - before) / streams / MIB,
        "memory_peak_mib": peak / MIB,
    }
    return figures | {f"cpu_s_per_audio_s.{group}": cpu_s / audio_s for group, cpu_s in cpu.items()}


def spreads(runs: Sequence[Figures]) -> dict[str, Spread]:
    """Each figure over the runs."""
    names = dict.fromkeys(name for run in runs for name in run)
    found = {name: Spread.of(run.get(name) for run in runs) for name in names}
    return {name: spread for name, spread in found.items() if spread is not None}


def kept_in_real_time(figures: Mapping[str, Spread], *, best_wer: float, problems: Sequence[str]) -> bool:
    """Whether the medians say that every stream was kept: its text in time, its words as right as with few streams."""
    share, wer = figures.get("share_in_time"), figures.get("wer")
    if problems or share is None or wer is None:
        return False
    return share.median >= KEPT_SHARE and wer.median <= best_wer + KEPT_WER


def most_streams(rows: Sequence[Mapping[str, Any]]) -> int:
    """The largest number of streams that was kept, with every smaller number kept too; 0 when none was."""
    most = 0
    for row in sorted(rows, key=lambda row: int(row["streams"])):
        if not row["kept"]:
            break
        most = int(row["streams"])
    return most


def row_of(
    streams: int, runs: Sequence[Figures], *, best_wer: float | None, problems: Sequence[str], **details: Any
) -> dict[str, Any]:
    """One line of a report, ready for JSON; ``best_wer`` None says that this is the line others are held against."""
    figures = spreads(runs)
    wer = figures.get("wer")
    reference_wer = best_wer if best_wer is not None else (wer.median if wer else 0.0)
    return {
        "streams": streams,
        "kept": kept_in_real_time(figures, best_wer=reference_wer, problems=problems),
        "problems": list(problems),
        "figures": {name: asdict(spread) for name, spread in figures.items()},
        "runs": list(runs),
        **details,
    }


def spread_of(row: Mapping[str, Any], name: str) -> Spread | None:
    """A figure of a report's line."""
    found = row["figures"].get(name)
    return Spread(**found) if found else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None
