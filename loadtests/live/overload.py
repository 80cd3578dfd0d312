"""``python -m loadtests.live.overload``: three times as many callers as the server keeps, and how they fare.

Callers come at random moments of the first seconds and speak at once. Who is refused goes away; what it waited for the
refusal is measured from its first call, connection included. Runs at capacity and runs of the crowd take turns.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from livetranslate.protocol import ErrorCode
from livetranslate.reconnection import ReconnectPolicy
from loadtests.live import clips
from loadtests.live.captions_shown import timeline_of
from loadtests.live.clips import Clip
from loadtests.live.driver import Recording, play, play_many
from loadtests.machine import setting
from loadtests.scoring import Distribution, Spread, score

REFUSED_WITHIN_S = 0.1
WORSE_BY = 1.5
_NO_PATIENCE = {"reconnect": ReconnectPolicy(open_patience_s=0.0)}


@dataclass(frozen=True)
class Crowd:
    """What one run showed.

    Attributes:
        callers: how many came.
        admitted: how many were let in.
        failed: what went wrong with others than those that were refused.
        delays_s: delays of the words of those that were let in, each from its end being spoken to its promise.
        refusals_s: how long each refused caller waited for its answer.
    """

    callers: int
    admitted: int
    failed: list[str]
    delays_s: list[float]
    refusals_s: list[float]

    @classmethod
    def of(cls, recordings: list[Recording]) -> Crowd:
        """Sorts those who were let in from those who were not."""
        heard = [one for one in recordings if one.failure is None]
        failures = [(one.failure, one.finished_s) for one in recordings if one.failure is not None]
        busy = ErrorCode.SERVER_BUSY.value
        return cls(
            callers=len(recordings),
            admitted=len(heard),
            failed=[sentence for sentence, _ in failures if busy not in sentence],
            delays_s=[
                delay
                for one in heard
                for delay in score(timeline_of(one), one.clip.times if one.clip else ()).commit_delays_s
            ],
            refusals_s=[took_s for sentence, took_s in failures if busy in sentence],
        )


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    capacity: Annotated[int, typer.Option(help="Sessions that the server keeps (loadtests.live finds them).")] = 8,
    times: Annotated[int, typer.Option(help="Callers, as a multiple of it.")] = 3,
    clip: Annotated[str, typer.Option(help="jfk, librivox, a file, a folder with transcripts.")] = "librivox",
    source: Annotated[str, typer.Option(help="Spoken language, or auto.")] = "en",
    runs: Annotated[int, typer.Option(help="Repetitions.")] = 3,
    within: Annotated[float, typer.Option(help="Callers come within so many seconds.")] = 3.0,
    rest: Annotated[float, typer.Option(help="Seconds between two runs.")] = 6.0,
    seed: Annotated[int, typer.Option(help="Of the callers' moments.")] = 1,
    report: Annotated[Path | None, typer.Option(help="Write everything to this JSON file.")] = None,
) -> None:
    """Compares sessions at capacity with those admitted of a crowd."""
    console = Console()
    heard = clips.find(clip)
    asyncio.run(play(url, heard, source=source, targets=(), pace="fast"))
    found: dict[int, list[Crowd]] = {capacity: [], capacity * times: []}
    for number in range(runs):
        for callers, crowds in found.items():
            crowd = _run(url, heard, callers, source=source, within_s=within, seed=seed + number)
            crowds.append(crowd)
            console.print(f"run {number + 1} of {runs}: {callers} callers, {crowd.admitted} let in")
            time.sleep(rest)
    rows = [_row(crowds) for crowds in found.values()]
    ratio = Spread.of(
        crowded / alone if alone and crowded else None
        for alone, crowded in zip(rows[0]["p95_s"], rows[1]["p95_s"], strict=True)
    )
    console.print(_table(rows))
    slowest_s = max((seconds for crowd in found[capacity * times] for seconds in crowd.refusals_s), default=0.0)
    if ratio is not None:
        console.print(
            f"p95 delay of a word in the crowd, over that at capacity: {ratio.text()} (at most {WORSE_BY}). "
            f"Slowest refusal: {slowest_s * 1000:.0f} ms (at most {REFUSED_WITHIN_S * 1000:.0f})."
        )
    failed = [sentence for crowds in found.values() for crowd in crowds for sentence in crowd.failed]
    for sentence in failed:
        console.print(sentence, style="red", markup=False)
    if report:
        content = setting("loadtests.live.overload") | {
            "kind": "overload", "clip": heard.name, "capacity": capacity, "rows": rows,
            "ratio": vars(ratio) if ratio else None, "slowest_refusal_s": round(slowest_s, 4),
        }  # fmt: skip
        report.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if failed or ratio is None or ratio.median > WORSE_BY or slowest_s > REFUSED_WITHIN_S:
        raise typer.Exit(1)


def _run(url: str, clip: Clip, callers: int, *, source: str, within_s: float, seed: int) -> Crowd:
    spoken = [clips.rotated(clip, index) for index in range(callers)]
    return Crowd.of(
        asyncio.run(
            play_many(url, spoken, source=source, targets=(), stagger_s=within_s, seed=seed, options=_NO_PATIENCE)
        )
    )


def _row(crowds: list[Crowd]) -> dict[str, Any]:
    delays = [Distribution.of(crowd.delays_s) for crowd in crowds]
    return {
        "callers": crowds[0].callers,
        "admitted": [crowd.admitted for crowd in crowds],
        "avg_s": [round(delay.avg, 3) if delay else None for delay in delays],
        "p95_s": [round(delay.p95, 3) if delay else None for delay in delays],
        "refusals_s": [[round(seconds, 4) for seconds in crowd.refusals_s] for crowd in crowds],
        "failed": [sentence for crowd in crowds for sentence in crowd.failed],
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("callers", "let in", "delay avg, s", "delay p95, s", "refusal p95, ms", title="Overload")
    for row in rows:
        waits = Distribution.of([seconds * 1000 for run in row["refusals_s"] for seconds in run])
        table.add_row(
            str(row["callers"]),
            *(spread.text(digits) if (spread := Spread.of(row[name])) else "–"
              for name, digits in (("admitted", 0), ("avg_s", 2), ("p95_s", 2))),
            f"{waits.p95:.0f}" if waits else "–",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    typer.run(main)
