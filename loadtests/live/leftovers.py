"""``python -m loadtests.live.leftovers``: many short sessions, one after the other, and what they leave behind."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from loadtests.live.clips import Clip, jfk
from loadtests.live.driver import play


@dataclass(frozen=True)
class Footprint:
    """What the server's processes hold: resident memory, shared memory files, processes, threads, open files."""

    rss_mib: float
    shm_mib: float
    shm_files: int
    processes: int
    threads: int
    files: int


def footprint(pid: int) -> Footprint:
    """Of a process and all its descendants."""
    root = psutil.Process(pid)
    family = [root, *root.children(recursive=True)]
    regions = [path for path in Path("/dev/shm").iterdir() if path.is_file()]  # noqa: S108 - it is what we watch
    return Footprint(
        rss_mib=round(sum(p.memory_info().rss for p in family) / 2**20, 1),
        shm_mib=round(sum(path.stat().st_size for path in regions) / 2**20, 1),
        shm_files=len(regions),
        processes=len(family),
        threads=sum(p.num_threads() for p in family),
        files=sum(p.num_fds() for p in family),
    )


def main(
    pid: Annotated[int, typer.Option(help="Process id of the server (livetranslate status --json).")],
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    sessions: Annotated[int, typer.Option(help="How many sessions.")] = 200,
    seconds: Annotated[float, typer.Option(help="Length of each session's audio.")] = 2.2,
    warm_up: Annotated[int, typer.Option(help="Sessions before the first footprint.")] = 20,
    to: Annotated[str, typer.Option(help="Target languages, comma-separated.")] = "es",
    report: Annotated[Path | None, typer.Option(help="Write the figures to this JSON file.")] = None,
) -> None:
    """Runs the sessions at full speed and prints the footprint before and after."""
    whole = jfk()
    clip = Clip(whole.name, whole.pcm[: int(seconds * 16_000)], None)
    targets = [language for language in to.split(",") if language]
    marks: list[tuple[int, Footprint]] = []
    failures = 0
    for number in track(range(warm_up + sessions), description="sessions"):
        if number >= warm_up and (number - warm_up) % 50 == 0:
            marks.append((number - warm_up, footprint(pid)))
        recording = asyncio.run(play(url, clip, source="en", targets=targets, pace="fast"))
        failures += recording.failure is not None
    marks.append((sessions, footprint(pid)))
    table = Table(title=f"{sessions} sessions of {seconds} s, {failures} failed")
    for name in ("after", *asdict(marks[0][1])):
        table.add_column(name.replace("_", " "), justify="right")
    for count, mark in marks:
        table.add_row(str(count), *(str(value) for value in asdict(mark).values()))
    Console().print(table)
    if report:
        report.write_text(json.dumps({"failures": failures, "marks": [{"after": c} | asdict(m) for c, m in marks]}))
    if failures:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
