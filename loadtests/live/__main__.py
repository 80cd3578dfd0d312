"""``python -m loadtests.live``: sessions at a microphone's pace; how early, right, steady and cheap they are."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from livetranslate_tools.paths import state_dir
from loadtests.columns import figure_table
from loadtests.figures import Figures, most_streams, row_of
from loadtests.live import clips, offline
from loadtests.live.driver import play, play_many
from loadtests.live.option_pairs import session_options
from loadtests.live.run import LiveRun, measure, server_pid
from loadtests.machine import setting
from loadtests.plots import plot_live


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    streams: Annotated[str, typer.Option(help="Numbers of streams, comma-separated.")] = "1",
    clip: Annotated[
        str, typer.Option(help="jfk, librivox, a file, a folder with transcripts; several with commas.")
    ] = "librivox",
    repeat: Annotated[int, typer.Option(help="Play the clip so many times in a row.")] = 1,
    source: Annotated[str, typer.Option(help="Spoken language, or auto.")] = "en",
    targets: Annotated[str, typer.Option(help="Target languages, comma-separated; none for captions only.")] = "",
    option: Annotated[list[str] | None, typer.Option(help="A session option, KEY=VALUE; again for more.")] = None,
    pace: Annotated[str, typer.Option(help="realtime or fast.")] = "realtime",
    runs: Annotated[int, typer.Option(help="Repetitions of each number of streams.")] = 3,
    rotate: Annotated[bool, typer.Option(help="Each stream plays a clip's recordings in another order.")] = True,
    stagger: Annotated[float, typer.Option(help="Streams begin within so many seconds.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Of the streams' beginnings.")] = 1,
    warm_up: Annotated[bool, typer.Option(help="One session first that does not count.")] = True,
    state: Annotated[Path | None, typer.Option("--state-dir", help="The server's state folder, for its cost.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Write plots (SVG) into this folder.")] = None,
) -> None:
    """Plays a clip into 1, 2, 4 … sessions at once, several times, and prints medians with lowest and highest."""
    counts = [int(number) for number in streams.split(",")]
    languages = [language for language in targets.split(",") if language]
    options = session_options(option or [])
    console = Console()
    chosen, offline_wer = offline.timed(url, clips.find(clip, repeat=repeat), source=source)
    pid = server_pid(state or state_dir(), url)
    if pid is None:
        console.print("No server of this state folder at that address (--state-dir): CPU and memory are not measured.")
    details = setting("loadtests.live") | {
        "kind": "live",
        "clip": chosen.name,
        "clip_s": round(chosen.duration_s, 2),
        "words": len(chosen.times),
        "offline_wer": offline_wer,
        "options": options,
        "targets": languages,
        "pace": pace,
    }
    if warm_up:
        asyncio.run(play(url, chosen, source=source, targets=languages, pace="fast", options=options))
    measured: dict[int, list[LiveRun]] = {count: [] for count in counts}
    for number in range(runs):
        # Runs take turns, so that a machine that slows down hurts every number of streams alike.
        for count in counts:
            heard = [clips.rotated(chosen, index if rotate else 0) for index in range(count)]
            began = time.monotonic()
            task = play_many(
                url, heard, source=source, targets=languages, pace=pace,
                stagger_s=stagger, seed=seed + number, options=options,
            )  # fmt: skip
            measured[count].append(measure(lambda task=task: asyncio.run(task), pid=pid))  # type: ignore[misc]
            console.print(f"run {number + 1} of {runs}, {count} streams: {time.monotonic() - began:.0f} s")
    rows = _rows(measured)
    title = f"{chosen.name}, {chosen.duration_s:.1f} s; median of {runs} runs (lowest–highest)"
    console.print(figure_table(rows, title=title))
    best = most_streams(rows)
    console.print(f"Streams kept in real time: {best}. Offline WER: {offline_wer if offline_wer is not None else '–'}.")
    for row in rows:
        for problem in row["problems"]:
            console.print(f"{row['streams']} streams: {problem}", style="red", markup=False)
    content = details | {"streams_kept": best, "rows": rows}
    if report:
        report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if plots:
        console.print(*plot_live(content, plots))
    if any(row["problems"] for row in rows):
        raise typer.Exit(1)


def _rows(measured: dict[int, list[LiveRun]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    best_wer: float | None = None
    for count, runs in sorted(measured.items()):
        figures: list[Figures] = [run.figures for run in runs]
        row = row_of(
            count,
            figures,
            best_wer=best_wer,
            problems=[problem for run in runs for problem in run.problems],
            warnings=sum(run.warnings for run in runs),
            texts=[run.texts for run in runs],
            commit_delays_s=[round(delay, 3) for run in runs for delay in run.commit_delays_s],
        )
        best_wer = row["figures"]["wer"]["median"] if best_wer is None else best_wer
        rows.append(row)
    return rows


if __name__ == "__main__":
    typer.run(main)
