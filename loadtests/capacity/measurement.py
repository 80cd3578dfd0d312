"""Live sessions at a microphone's pace, 1, 2, 4 … at once, with what the server counted meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from livetranslate.protocol import tensors
from loadtests.capacity import metrics_page
from loadtests.figures import row_of
from loadtests.live import clips
from loadtests.live.clips import Clip
from loadtests.live.driver import play, play_many
from loadtests.live.run import LiveRun, measure
from loadtests.perf_analyzer import server_side

STAGGER_S = 6.0
"""Sessions begin within so many seconds: utterances do not start in step, as they do not in life."""


def measure_sessions(
    url: str,
    metrics_url: str,
    clip: Clip,
    counts: Sequence[int],
    *,
    source: str,
    runs: int,
    pid: int | None,
    report: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Rows as :mod:`loadtests.live` has them, with ``server`` beside: recognitions, their time, batches.

    Args:
        url: gRPC address.
        metrics_url: of the page of metrics.
        clip: what is spoken; each session begins with another of its recordings.
        counts: numbers of sessions, ascending.
        source: spoken language.
        runs: repetitions; numbers take turns.
        pid: the server's root process, for its CPU time; None leaves that out.
        report: told of each run.

    Raises:
        OSError: the page of metrics does not come.
    """
    asyncio.run(play(url, clip, source=source, targets=(), pace="fast"))
    measured: dict[int, list[tuple[LiveRun, dict[str, Any]]]] = {count: [] for count in counts}
    for number in range(runs):
        for count in counts:
            heard = [clips.rotated(clip, index) for index in range(count)]
            before, stats = metrics_page.read(metrics_url), server_side.read(url, tensors.WHISPER)
            began = time.monotonic()
            playing = play_many(url, heard, source=source, targets=(), stagger_s=STAGGER_S, seed=1 + number)
            run = measure(lambda playing=playing: asyncio.run(playing), pid=pid)  # type: ignore[misc]
            took_s = time.monotonic() - began
            server = server_figures(
                before, metrics_page.read(metrics_url), took_s=took_s, audio_s=count * clip.duration_s
            )
            server |= server_side.figures(stats, server_side.read(url, tensors.WHISPER))
            measured[count].append((run, server))
            report(f"run {number + 1} of {runs}, {count} sessions: recognition {server['recognition_s'] or 0:.2f} s")
    return [_row(count, found) for count, found in measured.items()]


def server_figures(
    before: Mapping[str, float], after: Mapping[str, float], *, took_s: float, audio_s: float
) -> dict[str, Any]:
    """What the live sessions asked of the recogniser between two readings of the page.

    Args:
        before: the first.
        after: the second.
        took_s: time between them.
        audio_s: audio of all sessions together.
    """
    count = metrics_page.grown(before, after, metrics_page.RECOGNITIONS)
    seconds = metrics_page.grown(before, after, metrics_page.RECOGNITION_S)
    return {
        "recognitions": int(count),
        "recognitions_per_s": round(count / took_s, 3),
        "recognitions_per_audio_s": round(count / audio_s, 3),
        "recognition_s": round(seconds / count, 4) if count else None,
        "refused": int(metrics_page.grown(before, after, metrics_page.REFUSED)),
    }


def _row(count: int, found: Sequence[tuple[LiveRun, dict[str, Any]]]) -> dict[str, Any]:
    runs = [run for run, _ in found]
    servers = [server for _, server in found]
    row = row_of(
        count,
        [run.figures for run in runs],
        best_wer=None,
        problems=[problem for run in runs for problem in run.problems],
        warnings=sum(run.warnings for run in runs),
        commit_delays_s=[round(delay, 3) for run in runs for delay in run.commit_delays_s],
    )
    known = [server["recognition_s"] for server in servers if server["recognition_s"] is not None]
    return row | {
        "server": {
            "recognition_s": median(known) if known else None,
            "recognitions_per_audio_s": median(server["recognitions_per_audio_s"] for server in servers),
            "refused": sum(server["refused"] for server in servers),
            "batches": merged([batch for server in servers for batch in server["batches"]]),
        }
    }


def merged(batches: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Batches of several runs: one entry a size, its mean time over all of them."""
    found: dict[int, tuple[int, float]] = {}
    for batch in batches:
        count, total_ms = found.get(batch["size"], (0, 0.0))
        found[batch["size"]] = (count + batch["count"], total_ms + batch["count"] * (batch["compute_ms"] or 0.0))
    return [
        {"size": size, "count": count, "compute_ms": round(total_ms / count, 3)}
        for size, (count, total_ms) in sorted(found.items())
    ]
