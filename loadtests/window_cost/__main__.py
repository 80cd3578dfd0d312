"""``python -m loadtests.window_cost``: what a window of live speech costs, ours against faster-whisper int8.

Same weights, same windows, one run. Each side is a process that does nothing else, with the same number of threads; its
CPU seconds are those of the process from the request to 50 ms after the answer.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from loadtests.live import clips, offline
from loadtests.machine import setting
from loadtests.peers import environments, weights
from loadtests.scoring import Spread
from loadtests.window_cost.comparison import Measured, Side, compare, summary
from loadtests.window_cost.our_side import ENGINES
from loadtests.window_cost.windows import cut

TARGET_RATIO = 0.30
_PACKAGE = "loadtests.window_cost"


def main(
    clip: Annotated[list[str] | None, typer.Option(help="As of loadtests.live; again for more.")] = None,
    url: Annotated[
        str, typer.Option(help="A server whose offline pass finds the word times of clips that have none.")
    ] = "",
    lengths: Annotated[str, typer.Option(help="Lengths of the windows, seconds.")] = "3,4,5,6,7,8",
    language: Annotated[str, typer.Option(help="Spoken language.")] = "en",
    engine: Annotated[str, typer.Option(help=f"Our engine: {', '.join(ENGINES)}.")] = "live",
    threads: Annotated[int, typer.Option(help="CPU threads of each side.")] = 2,
    rounds: Annotated[int, typer.Option(help="How often each window is measured.")] = 3,
    seed: Annotated[int, typer.Option(help="Of the windows' order.")] = 1,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
) -> None:
    """Cuts the clips into windows and prints CPU seconds and word error rates of both sides."""
    console = Console()
    names = clip or ["jfk", "librivox"]
    recordings = [part for name in names for one in (clips.find(name),) for part in one.parts or (one,)]
    untimed = [one.name for one in recordings if not one.times]
    if untimed and not url:
        raise typer.BadParameter(
            f"no word times are kept for {', '.join(untimed)}: give --url of a server whose offline pass has them, or "
            "see loadtests.word_times"
        )
    recordings = [one if one.times else offline.timed(url, one, source=language)[0] for one in recordings]
    seconds = [float(length) for length in lengths.split(",")]
    windows = cut(recordings, seconds)
    peer = environments.ensure(environments.FASTER_WHISPER, say=console.print)
    folder = weights.ct2(console.print)
    here = Path(sys.executable)
    ours = Side("ours", here, f"{_PACKAGE}.our_side", engine, str(weights.openvino()), language, str(threads))
    theirs = Side("faster-whisper", peer, f"{_PACKAGE}.faster_whisper_side", str(folder), language, str(threads))
    details = setting("loadtests.window_cost")
    with ours, theirs:
        measured = compare(windows, ours, theirs, rounds=rounds, seed=seed)
    found = summary(measured)
    console.print(_table(found, windows=len(windows), rounds=rounds))
    by_length = {
        f"{length:g}": summary(chosen) for length in seconds if (chosen := _near(measured, length, max(seconds)))
    }
    console.print(_by_length(by_length))
    if report:
        content = details | {
            "kind": "window_cost",
            "engine": engine,
            "threads": threads,
            "clips": names,
            "windows": len(windows),
            "rounds": rounds,
            "peer": next(pin for pin in environments.versions(environments.FASTER_WHISPER) if "faster" in pin),
            "target_ratio": TARGET_RATIO,
            "figures": _plain(found),
            "by_length_s": {length: _plain(one) for length, one in by_length.items()},
            "measured": [_row(one) for one in measured],
        }
        report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _near(measured: list[Measured], length_s: float, longest_s: float) -> list[Measured]:
    """Windows whose length is nearest below this one."""
    return [one for one in measured if length_s - 1 < min(one.window.duration_s, longest_s) <= length_s]


def _table(found: dict[str, Any], *, windows: int, rounds: int) -> Table:
    table = Table(title=f"{windows} windows, median of {rounds} rounds (lowest–highest)")
    for heading in ("", "ours", "faster-whisper int8"):
        table.add_column(heading)
    for label, name, digits in (
        ("CPU s per window", "cpu_s_per_window", 3),
        ("CPU s per audio s", "cpu_s_per_audio_s", 3),
        ("latency p50, s", "latency_s", 3),
    ):
        table.add_row(label, found[f"ours_{name}"].text(digits), found[f"theirs_{name}"].text(digits))
    table.add_row("WER", f"{found['ours_wer']:.3f}", f"{found['theirs_wer']:.3f}")
    table.caption = f"CPU ratio {found['cpu_ratio'].text(3)}, wanted at most {TARGET_RATIO}"
    return table


def _by_length(by_length: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="By length of the window")
    for heading in ("up to s", "CPU ratio", "ours WER", "faster-whisper WER"):
        table.add_column(heading)
    for length, one in by_length.items():
        table.add_row(length, one["cpu_ratio"].text(3), f"{one['ours_wer']:.3f}", f"{one['theirs_wer']:.3f}")
    return table


def _plain(found: dict[str, Spread | float | None]) -> dict[str, Any]:
    return {name: asdict(one) if is_dataclass(one) else one for name, one in found.items()}


def _row(one: Measured) -> dict[str, Any]:
    ours, theirs = one.pairs[-1]
    cost = [[round(mine.cpu_s, 4), round(other.cpu_s, 4)] for mine, other in one.pairs]
    return {
        "window": one.window.name,
        "said": one.window.words,
        "ours": ours.text,
        "theirs": theirs.text,
        "cpu_s": cost,
    }


if __name__ == "__main__":
    typer.run(main)
