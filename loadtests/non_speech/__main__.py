"""``python -m loadtests.non_speech``: false words per 10 minutes of noise, music, breath and rooms."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from loadtests.live.option_pairs import session_options
from loadtests.machine import setting
from loadtests.non_speech.false_words import ClassResult, measure, per_10_minutes, pooled, row_of
from loadtests.non_speech.sound_set import SOUNDS, make

LIMIT_PER_10_MIN = 1.0


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    seconds_per_class: Annotated[float, typer.Option(help="Audio of each class, seconds.", min=1.0)] = 45.0,
    only: Annotated[str, typer.Option(help="Classes, comma-separated; all when empty.")] = "",
    seed: Annotated[int, typer.Option(help="The sounds are made from it.")] = 1,
    source: Annotated[str, typer.Option(help="Language the sessions are told, or auto.")] = "auto",
    pace: Annotated[str, typer.Option(help="realtime (partials are shown) or fast (nearly none are).")] = "realtime",
    at_once: Annotated[int, typer.Option(help="Sessions at the same time.", min=1)] = 3,
    option: Annotated[list[str] | None, typer.Option(help="A session option, KEY=VALUE; again for more.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
) -> None:
    """Streams every class through a session of its own and counts the words that come back."""
    names = [name for name in only.split(",") if name] or list(SOUNDS)
    try:
        sounds = [make(name, seconds_per_class, seed) for name in names]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    options = session_options(option or [])
    details = setting("loadtests.non_speech") | {"kind": "non_speech", "pace": pace, "source": source}
    results = asyncio.run(measure(url, sounds, source=source, pace=pace, at_once=at_once, options=options))
    total = pooled(results)
    Console().print(_table(results, total))
    if report:
        whole = details | {
            "options": options,
            "manifest": [sound.manifest() for sound in sounds],
            "classes": [row_of(result) for result in results],
            "pooled": total,
        }
        report.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    too_many = max(total["final_words_per_10_min"], total["shown_words_per_10_min"]) > LIMIT_PER_10_MIN
    if too_many or any(result.failure for result in results):
        raise typer.Exit(1)


def _table(results: list[ClassResult], total: dict[str, float]) -> Table:
    table = Table(title="False words where nobody speaks")
    for heading in ("class", "seconds", "in finals", "ever shown", "shown per 10 min", "texts"):
        table.add_column(heading, justify="left" if heading in ("class", "texts") else "right")
    for result in results:
        rate = per_10_minutes(result.shown_words, result.seconds)
        texts = result.failure or " | ".join(result.texts)[:80]
        counts = (f"{result.seconds:.0f}", str(result.final_words), str(result.shown_words), f"{rate:g}")
        table.add_row(result.sound, *counts, texts)
    table.add_section()
    sums = (f"{total['seconds']:.0f}", f"{total['final_words']:g}", f"{total['shown_words']:g}")
    rates = f"{total['final_words_per_10_min']:g} in finals per 10 min"
    table.add_row("all", *sums, f"{total['shown_words_per_10_min']:g}", rates)
    return table


if __name__ == "__main__":
    typer.run(main)
