"""``python -m loadtests.peers``: other live systems and ours on the same weights, clips and cores, in one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from livetranslate_tools.paths import state_dir
from loadtests.columns import figure_table
from loadtests.figures import most_streams, row_of
from loadtests.live import clips
from loadtests.live.run import server_pid
from loadtests.machine import setting
from loadtests.peers import environments, offline
from loadtests.peers.environments import PeerError
from loadtests.peers.runs import Plan, ours, theirs
from loadtests.peers.systems import SYSTEMS
from loadtests.plots import plot_peers


def main(
    systems: Annotated[str, typer.Option(help="Which, comma-separated.")] = ",".join(SYSTEMS),
    url: Annotated[str | None, typer.Option(help="gRPC address of our server; without it, peers only.")] = None,
    streams: Annotated[str, typer.Option(help="Numbers of streams, comma-separated.")] = "1,2",
    clip: Annotated[str, typer.Option(help="As of loadtests.live; its word times must be kept.")] = "librivox",
    repeat: Annotated[int, typer.Option(help="Play the clip so many times in a row.")] = 1,
    language: Annotated[str, typer.Option(help="Spoken language; every system is told.")] = "en",
    runs: Annotated[int, typer.Option(help="Repetitions of each number of streams.")] = 3,
    stagger: Annotated[float, typer.Option(help="Streams begin within so many seconds.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Of the streams' beginnings.")] = 1,
    state: Annotated[Path | None, typer.Option("--state-dir", help="Our server's state folder, for its cost.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Write plots (SVG) into this folder.")] = None,
) -> None:
    """Installs each system in an environment of its own, serves, streams, scores, and prints the tables."""
    console = Console()
    chosen = clips.find(clip, repeat=repeat)
    if not chosen.times:
        raise typer.BadParameter(f"no word times are kept for {chosen.name}; see loadtests.word_times")
    names = [name for name in systems.split(",") if name]
    if unknown := set(names) - set(SYSTEMS):
        raise typer.BadParameter(f"unknown: {', '.join(unknown)}; there are {', '.join(SYSTEMS)}")
    counts = tuple(int(number) for number in streams.split(","))
    plan = Plan(chosen, language, counts, runs, stagger, seed)
    details = setting("loadtests.peers") | {"kind": "peers", "clip": chosen.name, "clip_s": round(chosen.duration_s, 2)}
    rows: list[dict[str, Any]] = []
    absent: dict[str, str] = {}
    versions: dict[str, list[str]] = {}
    if url:
        rows += ours(plan, url, pid=server_pid(state or state_dir(), url))
    for name in names:
        system = SYSTEMS[name]
        try:
            rows += theirs(plan, system, console.print)
            versions[system.name] = environments.versions(system.environment)
        except PeerError as error:
            absent[system.name] = str(error)
            console.print(f"{system.name}: {error}", style="red", markup=False)
    try:
        figures = offline.faster_whisper(chosen, language=language, runs=runs, say=console.print)
        rows.append(row_of(0, figures, best_wer=None, problems=[], system=offline.NAME))
    except PeerError as error:
        absent[offline.NAME] = str(error)
    for row in rows:
        row["label"] = f"{row['system']}, {row['streams']}" if row["streams"] else row["system"]
    kept = _kept(rows)
    _print(console, rows, kept, title=f"{chosen.name}, {chosen.duration_s:.1f} s; median of {runs} runs")
    content = details | {"streams_kept": kept, "absent": absent, "versions": versions, "rows": rows}
    if report:
        report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if plots:
        console.print(*plot_peers(content, plots))


def _kept(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Streams kept in real time, by system."""
    live = [row for row in rows if row["streams"]]
    systems = dict.fromkeys(row["system"] for row in live)
    return {name: most_streams([row for row in live if row["system"] == name]) for name in systems}


def _print(console: Console, rows: list[dict[str, Any]], kept: dict[str, int], *, title: str) -> None:
    for name in dict.fromkeys(row["system"] for row in rows):
        own = [row for row in rows if row["system"] == name]
        console.print(figure_table(own, title=f"{name}: {title}"))
        for row in own:
            for problem in dict.fromkeys(row["problems"]):
                console.print(f"{row['streams']} streams: {problem}", style="red", markup=False)
        if name in kept:
            console.print(f"{name}: streams kept in real time: {kept[name]}")


if __name__ == "__main__":
    typer.run(main)
