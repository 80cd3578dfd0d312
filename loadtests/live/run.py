"""One run: several sessions at once, measured from outside and inside."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from livetranslate.protocol import Warning_
from livetranslate_tools.serving.record import read
from loadtests.figures import Figures, caption_figures, cost_figures
from loadtests.live.captions_shown import timeline_of
from loadtests.live.correctness import problems_of
from loadtests.live.driver import Recording
from loadtests.live.translation_delays import translation_delays_of
from loadtests.processes import Meter
from loadtests.scoring import Distribution, score


@dataclass(frozen=True)
class LiveRun:
    """What one run showed.

    Attributes:
        figures: by name.
        problems: what was not correct, as sentences.
        warnings: number of warning events.
        texts: each session's committed text.
        commit_delays_s: of every word.
    """

    figures: Figures
    problems: list[str]
    warnings: int
    texts: list[str]
    commit_delays_s: list[float]


def server_pid(state: Path, url: str) -> int | None:
    """The supervisor of the server at this address, if the state folder is its own and it runs here."""
    record = read(state)
    if record is None or not record.is_supervised or str(record.ports.grpc) != url.rpartition(":")[2]:
        return None
    return record.supervisor_pid


def measure(play: Callable[[], list[Recording]], *, pid: int | None) -> LiveRun:
    """Plays the sessions and scores them.

    Args:
        play: runs all sessions.
        pid: the server's root process; None leaves its cost out.
    """
    with ExitStack() as stack:
        meter = stack.enter_context(Meter(pid)) if pid is not None else None
        began = time.monotonic()
        recordings = play()
        took_s = time.monotonic() - began
    timelines = [timeline_of(one) for one in recordings]
    scores = [score(line, one.clip.times if one.clip else ()) for line, one in zip(timelines, recordings, strict=True)]
    audio_s = sum(one.clip.duration_s for one in recordings if one.clip)
    figures = caption_figures(scores) | _translation_figures(recordings) | {"throughput": audio_s / took_s}
    if meter is not None:
        figures |= cost_figures(meter, audio_s=audio_s, streams=len(recordings))
    return LiveRun(
        figures=figures,
        problems=[problem for one in recordings for problem in problems_of(one)],
        warnings=sum(isinstance(event, Warning_) for one in recordings for _, event in one.events),
        texts=[line.steps[-1].committed if line.steps else "" for line in timelines],
        commit_delays_s=[delay for one in scores for delay in one.commit_delays_s],
    )


def _translation_figures(recordings: list[Recording]) -> Figures:
    delays = [translation_delays_of(one) for one in recordings]
    figures: Figures = {}
    for name, values in (
        ("first", [value for one in delays for value in one.first_tokens_s]),
        ("whole", [value for one in delays for value in one.wholes_s]),
    ):
        found = Distribution.of(values)
        if found:
            figures |= {f"translation_{name}_p50_s": found.p50, f"translation_{name}_p95_s": found.p95}
    return figures
