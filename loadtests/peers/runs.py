"""Runs of one system: ours or another, measured and scored alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from loadtests.figures import Figures, caption_figures, cost_figures, row_of
from loadtests.live import clips, driver
from loadtests.live.clips import Clip
from loadtests.live.driver import TAIL_S
from loadtests.live.run import measure
from loadtests.peers import environments
from loadtests.peers.driver import play_many
from loadtests.peers.server import free_port, running
from loadtests.peers.systems import PeerSystem, Say
from loadtests.processes import Meter, all_together
from loadtests.scoring import score

OURS = "LiveTranslate"


@dataclass(frozen=True)
class Plan:
    """What every system is given.

    Attributes:
        clip: what is spoken, with the times of its words.
        language: spoken language.
        counts: numbers of streams.
        runs: repetitions of each.
        stagger_s: streams begin within so many seconds.
        seed: of the beginnings; grows by one from run to run.
    """

    clip: Clip
    language: str
    counts: tuple[int, ...]
    runs: int
    stagger_s: float
    seed: int


@dataclass
class _Seen:
    """The runs of one number of streams."""

    figures: list[Figures] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)


_OneRun = Callable[[list[Clip], int, _Seen], None]


def ours(plan: Plan, url: str, *, pid: int | None) -> list[dict[str, Any]]:
    """Our running server: a line for each number of streams."""

    def once(heard: list[Clip], seed: int, seen: _Seen) -> None:
        task = driver.play_many(
            url, heard, source=plan.language, targets=(), stagger_s=plan.stagger_s, seed=seed, options={}
        )
        result = measure(lambda: asyncio.run(task), pid=pid)
        seen.figures.append(result.figures)
        seen.problems.extend(result.problems)
        seen.texts.append(result.texts)

    asyncio.run(driver.play(url, clips.jfk(), source=plan.language, targets=(), pace="fast"))
    return _rows(OURS, plan, once)


def theirs(plan: Plan, system: PeerSystem, say: Say) -> list[dict[str, Any]]:
    """Another system, installed and started for the purpose.

    Raises:
        PeerError: it cannot be installed or started.
    """
    python = environments.ensure(system.environment, say=say)
    port = free_port()
    url = f"ws://127.0.0.1:{port}"
    with running(system.environment.name, python, system.launch(port, plan.language, say), port) as pid:

        def once(heard: list[Clip], seed: int, seen: _Seen) -> None:
            with Meter(pid, all_together) as meter:
                sessions = play_many(
                    url, lambda: system.protocol(plan.language), heard, stagger_s=plan.stagger_s, seed=seed
                )
            lines = [session.timeline() for session in sessions]
            scores = [score(line, session.clip.times) for line, session in zip(lines, sessions, strict=True)]
            # The silence that some are given until they rest costs nothing here, and is no audio either.
            spoken_s = [session.clip.duration_s + TAIL_S for session in sessions]
            over_at = max(one.started_at + its_s for one, its_s in zip(sessions, spoken_s, strict=True))
            figures = caption_figures(scores)
            figures |= cost_figures(meter, audio_s=sum(spoken_s), streams=len(sessions), until=over_at)
            seen.figures.append(figures)
            seen.problems.extend(session.failure for session in sessions if session.failure)
            seen.texts.append([line.steps[-1].committed if line.steps else "" for line in lines])

        play_many(url, lambda: system.protocol(plan.language), [clips.jfk()], stagger_s=0, seed=0)
        return _rows(system.name, plan, once)


def _rows(name: str, plan: Plan, once: _OneRun) -> list[dict[str, Any]]:
    """Numbers of streams take turns; each line is held against the line of the fewest streams."""
    seen = {count: _Seen() for count in plan.counts}
    for number in range(plan.runs):
        for count in plan.counts:
            once([clips.rotated(plan.clip, index) for index in range(count)], plan.seed + number, seen[count])
    rows: list[dict[str, Any]] = []
    for count, found in sorted(seen.items()):
        best_wer = rows[0]["figures"]["wer"]["median"] if rows else None
        row = row_of(count, found.figures, best_wer=best_wer, problems=found.problems, system=name, texts=found.texts)
        rows.append(row)
    return rows
