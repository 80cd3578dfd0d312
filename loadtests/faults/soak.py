"""``python -m loadtests.faults soak``: sessions come and go in real time; whether anything grows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from loadtests.faults.options import Llm, Report, Seed, Targets, Url, languages, run, sentences, terminal
from loadtests.faults.server import NoServerError, Server, under_test
from loadtests.faults.soak_plot import plot_soak
from loadtests.faults.soak_run import Soak
from loadtests.faults.tables import soak_tables, write
from loadtests.live.clips import Clip, find
from loadtests.live.memory_watch import MemoryWatch
from loadtests.machine import setting

COUNTS = ("processes", "threads", "files", "shm_files")


def main(
    *,
    minutes: Annotated[float, typer.Option(help="How long sessions are begun.")] = 20.0,
    sessions: Annotated[int, typer.Option(help="Slots: sessions at once.", min=1)] = 4,
    seed: Seed = 1,
    url: Url = "",
    llm: Llm = "",
    clip: Annotated[
        str, typer.Option(help="A set of recordings: librivox, or a folder with transcripts.")
    ] = "librivox",
    targets: Targets = "es",
    warm_up: Annotated[float, typer.Option(help="Minutes of sessions before, which do not count.")] = 1.0,
    settle: Annotated[float, typer.Option(help="Minutes before growth counts (of a short run, half).")] = 5.0,
    every: Annotated[float, typer.Option(help="Seconds between two looks.")] = 5.0,
    report: Report = None,
    plots: Annotated[Path | None, typer.Option(help="Write a plot (SVG) into this folder.")] = None,
) -> None:
    """Keeps some slots filled with live sessions, one after the other, and watches memory, threads and files."""
    console = terminal()
    details = setting("loadtests.faults") | {"kind": "faults_soak", "seed": seed, "minutes": minutes, "slots": sessions}
    settle_s = min(settle, minutes / 2) * 60.0
    with sentences(console), under_test(url, llm=llm, console=console) as server:
        chosen = find(clip)

        def soak(seconds: float, number: int) -> Soak:
            found = Soak(MemoryWatch(server.record().supervisor_pid))
            coming = found.run(
                server, chosen.parts or (chosen,), slots=sessions, seconds=seconds, targets=languages(targets),
                every_s=every, seed=number,
            )  # fmt: skip
            try:
                run(coming)
            except psutil.NoSuchProcess as error:
                raise NoServerError(f"A process of the server ended meanwhile: {error}") from error
            return found

        if warm_up > 0:
            soak(warm_up * 60.0, seed + 1000)
        found = soak(minutes * 60.0, seed)
        content = details | _content(found, chosen, server, settle_s=settle_s, slots=sessions)
    for part in soak_tables(content):
        console.print(part)
    write(content, report)
    if plots:
        console.print(plot_soak(content, plots))
    if found.problems:
        raise typer.Exit(1)


def _content(found: Soak, clip: Clip, server: Server, *, settle_s: float, slots: int) -> dict[str, Any]:
    growth = {name: found.growth_of(name, settle_s=settle_s) for name in COUNTS}
    return {
        "clip": clip.name,
        "settle_s": settle_s,
        "sessions": found.sessions,
        "audio_s": round(found.audio_s, 1),
        "problems": found.problems,
        "warnings": found.warnings,
        "wer": found.errors / found.words if found.words else None,
        "model_restarts": {name: model.restarts for name, model in server.record().models.items() if model.restarts},
        "memory": found.memory(settle_s=settle_s, slots=slots),
        "counts": {
            name: {
                "first": getattr(found.footprints[0][1], name),
                "last": getattr(found.footprints[-1][1], name),
                "most": max(getattr(one, name) for _, one in found.footprints),
                "per_h": asdict(slope) if (slope := growth[name]) else None,
            }
            for name in COUNTS
        },
        "footprints": [{"at_s": at_s} | asdict(one) for at_s, one in found.footprints],
    }
