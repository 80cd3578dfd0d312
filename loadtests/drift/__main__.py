"""``python -m loadtests.drift``: detection delays and false alarms, from utterances that a real server measured."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from livetranslate_tools.drift import durations
from loadtests.drift import recordings, small_samples
from loadtests.drift.evaluation import Plan, World, evaluate
from loadtests.drift.measuring import measure
from loadtests.drift.tables import sample_table, sentence, tables
from loadtests.drift.utterances import Measured, load, save
from loadtests.live import clips
from loadtests.machine import setting

_CONDITIONS = {
    "as recorded": None,
    "gain -20 dB": recordings.gain(-20.0),
    "noise 5 dB": recordings.noise(5.0),
}

app = typer.Typer(add_completion=False)


@app.callback()
def drift() -> None:
    """How soon drift is noticed, and how often it is seen where there is none."""


@app.command("measure")
def measure_recordings(
    file: Annotated[Path, typer.Argument(help="JSON file for what was measured: numbers, no audio and no words.")],
    voices: Annotated[list[str], typer.Option("--voice", help="LANGUAGE=FOLDER of recordings of one voice.")],
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    seconds: Annotated[float, typer.Option(help="Audio of each voice, seconds.", min=10.0)] = 300.0,
    at_once: Annotated[int, typer.Option(help="Sessions at the same time.", min=1)] = 3,
) -> None:
    """Streams real recordings as they are, turned down, and in noise; others also to a session told English."""
    speakers = [("en", "librivox", list(clips.find("librivox").parts)), ("en", "jfk", [clips.jfk()])]
    for voice in voices:
        language, _, folder = voice.partition("=")
        speakers.append((language, Path(folder).name, recordings.prompts(Path(folder), seconds=seconds)))
    found: list[Measured] = []
    for language, speaker, spoken in speakers:
        for condition, disturb in _CONDITIONS.items():
            heard = recordings.disturbed(spoken, disturb) if disturb else spoken
            for told in ("auto",) if disturb or language == "en" else ("auto", "en"):
                one = asyncio.run(
                    measure(
                        url, heard, speaker=speaker, spoken=language, condition=condition, told=told, at_once=at_once
                    )
                )
                found.append(one)
                Console().print(f"{speaker}, {condition}, told {told}: {len(one.utterances)} of {one.audio_s:g} s")
                save(found, file)


@app.command()
def simulate(
    measured: Annotated[Path | None, typer.Option(help="File of 'measure'; the repository's own by default.")] = None,
    window: Annotated[str, typer.Option(help="Length of a window.")] = "15m",
    in_a_row: Annotated[int, typer.Option(help="Windows in a row that make drift.", min=1)] = Plan.in_a_row,
    days: Annotated[float, typer.Option(help="Of a reference, and of what follows it undisturbed.")] = Plan.days,
    stretches: Annotated[int, typer.Option(help="References, each followed by as long a time.", min=1)] = 2,
    runs: Annotated[int, typer.Option(help="Of each disturbance.", min=1)] = Plan.runs,
    seed: Annotated[int, typer.Option(help="Of all chance.")] = Plan.seed,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
) -> None:
    """Simulates services of these voices: false alarms when nothing happens, delays when something does."""
    plan = Plan(
        window_s=durations.seconds(window), in_a_row=in_a_row, days=days, stretches=stretches, runs=runs, seed=seed
    )
    rows = []
    console = Console(width=140)
    for row in evaluate(World.of(load(measured)), plan):
        rows.append(row)
        console.print(sentence(row), highlight=False)
    for table in tables(rows, window_s=plan.window_s):
        console.print(table)
    if report:
        whole = setting("loadtests.drift") | {"kind": "drift", "plan": asdict(plan), "rows": rows}
        report.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


@app.command()
def samples(
    measured: Annotated[Path | None, typer.Option(help="File of 'measure'; the repository's own by default.")] = None,
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 1,
) -> None:
    """Compares the population stability index and the Jensen-Shannon divergence on small samples."""
    Console(width=140).print(sample_table(small_samples.rows(load(measured), seed=seed)))


if __name__ == "__main__":
    app()
