"""``python -m loadtests.live.long_session``: one session of an hour, and whether anybody's memory grows with it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

import livetranslate
from livetranslate.protocol import Done, Error, TranscriptFinal, Warning_
from livetranslate.session import Session
from livetranslate_tools.paths import state_dir
from loadtests.live.clips import RATE_HZ, Clip, find
from loadtests.live.driver import CHUNK_S
from loadtests.live.memory_watch import HOUR_S, MemoryWatch
from loadtests.live.run import server_pid
from loadtests.machine import setting
from loadtests.scoring import Spread

PAUSES_S = (0.8, 3.0)
"""Shortest and longest silence between two recordings, seconds."""


@dataclass
class Told:
    """What a session said, in numbers: keeping its events would be growth of our own.

    Attributes:
        spoken: words that were played, where they are known.
        words: words of the finals.
        finals: number of finals.
        warnings: number of warnings.
        errors: sentences of errors, at most ten.
        done_s: audio that the server says it heard, seconds; None while it has not.
    """

    spoken: int = 0
    words: int = 0
    finals: int = 0
    warnings: int = 0
    errors: list[str] = dataclasses.field(default_factory=list)
    done_s: float | None = None

    def take(self, event: livetranslate.protocol.Event) -> None:
        """Counts one event."""
        if isinstance(event, TranscriptFinal):
            self.words += len(event.words)
            self.finals += 1
        elif isinstance(event, Warning_):
            self.warnings += 1
        elif isinstance(event, Error):
            self.errors = [*self.errors, event.message][:10]
        elif isinstance(event, Done):
            self.done_s = event.audio_s


async def speech(clip: Clip, told: Told, *, audio_s: float, speed: float, seed: int) -> AsyncIterator[bytes]:
    """The clip's recordings over and over, with pauses of random length.

    Args:
        clip: what is spoken.
        told: its count of spoken words is kept.
        audio_s: how long, seconds of audio.
        speed: times real time; 0 for as fast as it is taken.
        seed: of order and pauses.
    """
    chance = random.Random(seed)
    parts = list(clip.parts or (clip,))
    step = int(CHUNK_S * RATE_HZ) * 2
    began, sent_s = time.monotonic(), 0.0
    while True:
        chance.shuffle(parts)
        for part in parts:
            pcm = part.pcm.tobytes() + bytes(2 * int(chance.uniform(*PAUSES_S) * RATE_HZ))
            for start in range(0, len(pcm), step):
                if sent_s >= audio_s:
                    return
                if speed > 0:
                    await asyncio.sleep(max(0.0, began + sent_s / speed - time.monotonic()))
                yield pcm[start : start + step]
                sent_s += len(pcm[start : start + step]) / 2 / RATE_HZ
            told.spoken += len((part.words or "").split())


async def play(
    url: str, audio: AsyncIterator[bytes], told: Told, watch: MemoryWatch, *, every_s: float, **options: Any
) -> None:
    """Runs the session and looks at the memory meanwhile."""

    async def look_on(session: Session) -> None:
        while True:
            watch.look(session.audio_sent_s)
            await asyncio.sleep(every_s)

    async with livetranslate.connect(url).session(**options) as session:
        looking = asyncio.create_task(look_on(session))
        try:
            async for event in session.stream(audio):
                told.take(event)
        finally:
            looking.cancel()
            stopped = await asyncio.gather(looking, return_exceptions=True)
        if isinstance(stopped[0], Exception):
            raise stopped[0]
        watch.look(session.audio_sent_s)


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    hours: Annotated[float, typer.Option(help="Length of the session's audio.")] = 1.0,
    minutes: Annotated[float | None, typer.Option(help="The same in minutes, for a short look.")] = None,
    speed: Annotated[float, typer.Option(help="Times real time; 0 for as fast as it is taken.")] = 0.0,
    settle: Annotated[float, typer.Option(help="Minutes of audio before growth counts (of a short run, half).")] = 5.0,
    every: Annotated[float, typer.Option(help="Seconds between two looks at the memory.")] = 2.0,
    clip: Annotated[str, typer.Option(help="jfk, librivox, an audio file, or a folder with transcripts.")] = "librivox",
    source: Annotated[str, typer.Option(help="Spoken language, or auto.")] = "en",
    targets: Annotated[str, typer.Option(help="Target languages, comma-separated; none for captions only.")] = "",
    warm_up: Annotated[float, typer.Option(help="Minutes of a session before, which does not count.")] = 0.0,
    runs: Annotated[int, typer.Option(help="Sessions, one after the other.")] = 1,
    seed: Annotated[int, typer.Option(help="Of the order and the pauses.")] = 1,
    state: Annotated[Path | None, typer.Option("--state-dir", help="The server's state folder.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
) -> None:
    """Speaks for an hour and prints how fast the memory of each process grows, in MB an hour of audio."""
    audio_s = hours * HOUR_S if minutes is None else minutes * 60.0
    settle_s = min(settle * 60.0, audio_s / 2)
    console = Console()
    pid = server_pid(state or state_dir(), url)
    if pid is None:
        console.print("No server of this state folder at that address (--state-dir): only the client is measured.")
    chosen = find(clip)
    details = setting("loadtests.live.long_session") | {"kind": "long_session", "clip": chosen.name, "audio_s": audio_s}
    options = {"source": source, "targets": [language for language in targets.split(",") if language]}
    if warm_up > 0:
        # Whisper's engine keeps something for each length of audio and text that it meets, once a process.
        audio = speech(chosen, Told(), audio_s=warm_up * 60.0, speed=0.0, seed=seed + runs)
        asyncio.run(play(url, audio, Told(), MemoryWatch(None), every_s=every, **options))
    results = []
    for number in range(runs):
        told, watch = Told(), MemoryWatch(pid)
        began = time.monotonic()
        audio = speech(chosen, told, audio_s=audio_s, speed=speed, seed=seed + number)
        asyncio.run(play(url, audio, told, watch, every_s=every, **options))
        results.append(_result(told, watch, took_s=time.monotonic() - began, settle_s=settle_s))
        console.print(
            f"run {number + 1} of {runs}: {audio_s / 60:.0f} min of audio in {results[-1]['took_s'] / 60:.1f} min, "
            f"{told.words} words in {told.finals} finals ({told.spoken} spoken), {told.warnings} warnings"
        )
    console.print(_table(results, settle_s=settle_s))
    if report:
        content = details | {"settle_s": settle_s, "runs": results}
        report.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for problem in (sentence for result in results for sentence in result["told"]["errors"]):
        console.print(problem, style="red", markup=False)
    if any(result["told"]["errors"] or result["told"]["done_s"] is None for result in results):
        raise typer.Exit(1)


def _result(told: Told, watch: MemoryWatch, *, took_s: float, settle_s: float) -> dict[str, Any]:
    """One session, ready for JSON."""
    groups = {}
    for name, memory in watch.memory.items():
        slope = memory.slope(after_s=settle_s)
        groups[name] = {
            "start_mb": memory.held_mb(0.0),
            "settled_mb": memory.held_mb(settle_s),
            "end_mb": memory.samples[-1][1] / 1e6,
            "slope_mb_per_h": None if slope is None else dataclasses.asdict(slope),
            "samples": memory.samples,
        }
    return {"took_s": round(took_s, 1), "told": dataclasses.asdict(told), "memory": groups}


def _table(results: list[dict[str, Any]], *, settle_s: float) -> Table:
    """A line a process: its memory, and its growth after the first minutes."""
    table = Table(title=f"Resident memory, MB; growth after the first {settle_s / 60:g} min, median (lowest–highest)")
    for heading in ("process", "at the start", "settled", "at the end", "MB per hour of audio", "± of the fit"):
        table.add_column(
            heading, justify="left" if heading == "process" else "right", no_wrap=heading == "process", overflow="fold"
        )
    for name in results[0]["memory"]:
        rows = [result["memory"][name] for result in results]
        slopes = [row["slope_mb_per_h"] for row in rows if row["slope_mb_per_h"]]
        spreads = [Spread.of(row[key] for row in rows) for key in ("start_mb", "settled_mb", "end_mb")]
        spreads += [Spread.of(slope[key] for slope in slopes) for key in ("per_unit", "error")]
        table.add_row(name, *("–" if one is None else one.text(1) for one in spreads))
    return table


if __name__ == "__main__":
    typer.run(main)
