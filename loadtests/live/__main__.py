"""``python -m loadtests.live``: sessions at real-time pace, with their delays and their word error rate."""

from __future__ import annotations

import asyncio
import json
import statistics
from pathlib import Path
from typing import Annotated

import jiwer
import typer
from rich.console import Console
from rich.table import Table

from livetranslate.protocol import Done, Error, Warning_
from loadtests.live.clips import Clip, from_file, jfk, librivox, normalise
from loadtests.live.delays import Delays, delays_of, text_of
from loadtests.live.driver import Recording, play_many

LIBRIVOX = Path(__file__).resolve().parents[2] / "tests" / "data" / "librivox"


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    streams: Annotated[str, typer.Option(help="Numbers of streams, comma-separated.")] = "1",
    clip: Annotated[str, typer.Option(help="jfk, librivox, or an audio file.")] = "librivox",
    source: Annotated[str, typer.Option(help="Spoken language, or auto.")] = "en",
    to: Annotated[str, typer.Option(help="Target languages, comma-separated; empty for captions only.")] = "es",
    runs: Annotated[int, typer.Option(help="Repetitions of each number of streams.")] = 1,
    report: Annotated[Path | None, typer.Option(help="Write the figures to this JSON file.")] = None,
) -> None:
    """Plays a clip into 1, 2, 4 … sessions at once and prints their delays."""
    chosen = _clip(clip)
    targets = [language for language in to.split(",") if language]
    rows = []
    for count in (int(number) for number in streams.split(",")):
        recordings = [
            recording
            for _ in range(runs)
            for recording in asyncio.run(play_many(url, chosen, count, source=source, targets=targets))
        ]
        rows.append(_row(count, chosen, recordings))
    _print(chosen, rows)
    if report:
        report.write_text(json.dumps({"clip": chosen.name, "duration_s": chosen.duration_s, "rows": rows}, indent=1))
    if any(row["failed"] for row in rows):
        raise typer.Exit(1)


def _clip(name: str) -> Clip:
    if name == "jfk":
        return jfk()
    return librivox(LIBRIVOX) if name == "librivox" else from_file(Path(name))


def _row(count: int, clip: Clip, recordings: list[Recording]) -> dict[str, object]:
    delays = [delays_of(recording) for recording in recordings]
    texts = [normalise(text_of(recording)) for recording in recordings]
    events = [event for recording in recordings for _, event in recording.events]
    return {
        "streams": count,
        "sessions": len(recordings),
        "failed": sum(r.failure is not None or not _is_done(r) for r in recordings),
        "errors": sum(isinstance(event, Error) for event in events),
        "warnings": sum(isinstance(event, Warning_) for event in events),
        "wer": [round(jiwer.wer(clip.words, text), 4) for text in texts] if clip.words else None,
        "first_partial_s": _quantiles([d.first_partial_s for d in delays if d.first_partial_s is not None]),
        "final_s": _quantiles(_all(delays, "finals_s")),
        "first_token_s": _quantiles(_all(delays, "first_tokens_s")),
        "translation_s": _quantiles(_all(delays, "translations_s")),
        "finished_s": _quantiles([r.finished_s for r in recordings]),
    }


def _is_done(recording: Recording) -> bool:
    return bool(recording.events) and isinstance(recording.events[-1][1], Done)


def _all(delays: list[Delays], name: str) -> list[float]:
    return [value for one in delays for value in getattr(one, name)]


def _quantiles(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    ordered = sorted(values)
    pick = {"min": ordered[0], "p50": statistics.median(ordered), "max": ordered[-1]}
    pick["p95"] = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {name: round(value, 3) for name, value in pick.items()} | {"count": len(ordered)}


def _print(clip: Clip, rows: list[dict[str, object]]) -> None:
    table = Table(title=f"{clip.name}, {clip.duration_s:.1f} s at real-time pace; seconds as p50 / p95 / max")
    columns = ("first_partial_s", "final_s", "first_token_s", "translation_s")
    for name in ("streams", "failed", "errors", "WER", *columns):
        table.add_column(name.removesuffix("_s").replace("_", " "), justify="right")
    for row in rows:
        cells = []
        for name in columns:
            value = row[name]
            cells.append(f"{value['p50']} / {value['p95']} / {value['max']}" if isinstance(value, dict) else "–")
        wers = row["wer"]
        wer = f"{statistics.mean(wers):.3f}" if isinstance(wers, list) else "–"
        table.add_row(str(row["streams"]), str(row["failed"]), str(row["errors"]), wer, *cells)
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
