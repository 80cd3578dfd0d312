"""``python -m loadtests.all FOLDER``: every load test against one server, and one report of them.

Without ``--url`` it serves on free ports, with the smallest llm: once as it is, and once, for capacity, letting
everybody in. The report has a folder a part (JSON, CSV, PNG) and ``report.md`` with tables in the form of NVIDIA Riva's
performance page: streams, latency (average and percentiles), throughput as RTFX (audio seconds a second). A part that
fails is named and does not stop the others; the exit code is then 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from livetranslate_tools.paths import state_dir
from livetranslate_tools.serving.record import read as read_record
from loadtests.autoscaling import __main__ as autoscaling
from loadtests.autoscaling.recording import Recorder
from loadtests.capacity import __main__ as capacity
from loadtests.capacity.run_setting import run_setting
from loadtests.perf_analyzer import __main__ as perf_analyzer
from loadtests.perf_analyzer import sweep as sweeping
from loadtests.perf_analyzer.own_server import own_server
from loadtests.users import __main__ as users

PARTS = ("perf_analyzer", "users", "capacity", "autoscaling")
TRAFFIC = "traffic.csv"

console = Console(highlight=False)


@dataclass(frozen=True)
class Sizes:
    """How much of each part is run."""

    streams: tuple[int, ...]
    concurrency: str
    window_s: float
    runs: int
    length_s: float
    peak: int


def main(
    folder: Annotated[Path, typer.Argument(help="Where the report goes.")],
    url: Annotated[str, typer.Option(help="gRPC address of a running server; none to serve for this.")] = "",
    state: Annotated[Path | None, typer.Option("--state-dir", help="State folder of that server.")] = None,
    parts: Annotated[str, typer.Option(help="What to run, with commas.")] = ",".join(PARTS),
    streams: Annotated[str, typer.Option(help="Live sessions at once, with commas; 1 among them.")] = "1,2,4,8,12,16",
    concurrency: Annotated[str, typer.Option(help="perf_analyzer's requests at once.")] = "1,2,4,8,16",
    window: Annotated[float, typer.Option(min=0.5, help="Seconds of each of perf_analyzer's windows.")] = 5.0,
    runs: Annotated[int, typer.Option(min=1, help="Repetitions of live sessions.")] = 3,
    length: Annotated[float, typer.Option(min=1.0, help="Seconds of locust's users.")] = 180.0,
    peak: Annotated[int, typer.Option(min=1, help="Locust's users at the peak.")] = 8,
) -> None:
    """Runs the load tests and writes the report."""
    wanted = [part.strip() for part in parts.split(",") if part.strip()]
    if unknown := [part for part in wanted if part not in PARTS]:
        raise typer.BadParameter(f"{', '.join(unknown)}: known parts are {', '.join(PARTS)}.")
    details = run_setting(folder) | {"kind": "all", "parts": wanted}
    sizes = Sizes(tuple(int(number) for number in streams.split(",")), concurrency, window, runs, length, peak)
    sections: dict[str, list[str]] = {}
    failed: dict[str, str] = {}
    if {"perf_analyzer", "users"} & set(wanted):
        with served(url, state) as (address, metrics_url):
            run_parts(
                {
                    "perf_analyzer": lambda: perf_analyzer_part(folder, address, sizes),
                    "users": lambda: users_part(folder, address, metrics_url, sizes),
                },
                wanted, sections, failed,
            )  # fmt: skip
    run_parts(
        {"capacity": lambda: capacity_part(folder, url, state, sizes), "autoscaling": lambda: autoscaling_part(folder)},
        wanted, sections, failed,
    )  # fmt: skip
    write(folder, details | {"failed": failed}, {name: sections[name] for name in PARTS if name in sections})
    console.print(f"{folder / 'report.md'}", soft_wrap=True)
    if failed:
        raise typer.Exit(1)


def perf_analyzer_part(folder: Path, url: str, sizes: Sizes) -> list[str]:
    """Every model by itself."""
    content = perf_analyzer.run_sweep(
        folder / "perf_analyzer", url=url, only="", concurrency=sizes.concurrency, window_s=sizes.window_s,
        clip="librivox",
    )  # fmt: skip
    return [*sweeping.table(content["rows"]), *content["problems"]]


def users_part(folder: Path, url: str, metrics_url: str, sizes: Sizes) -> list[str]:
    """Users of all kinds, their traffic recorded for the fleet."""
    with Recorder(metrics_url, folder / "users" / TRAFFIC):
        content = users.run(
            folder / "users", url=url, mix="live=6,file=1,text=1", shape="ramp", peak=sizes.peak,
            length_s=sizes.length_s, clip="librivox", source="en", targets="es",
        )  # fmt: skip
    return users.table(content)


def capacity_part(folder: Path, url: str, state: Path | None, sizes: Sizes) -> list[str]:
    """Live sessions measured and predicted, on a server that lets everybody in unless one is named."""
    windows = folder / "perf_analyzer" / "perf_analyzer.json"
    content = capacity.run(
        folder / "capacity", url=url, streams=list(sizes.streams), runs=sizes.runs, clip="librivox", source="en",
        windows=windows if windows.is_file() else None, state=state,
    )  # fmt: skip
    return capacity.markdown(content)


def autoscaling_part(folder: Path) -> list[str]:
    """A fleet of such servers, simulated; the recorded traffic sixtyfold slower, with as many calls as that takes."""
    recording = folder / "users" / TRAFFIC
    content = autoscaling.run(
        folder / "autoscaling", capacity=folder / "capacity" / "capacity.json",
        recording=recording if recording.is_file() else None, times=0.0, stretch=60.0, peak=3.0, start_s=90.0, seed=1,
    )  # fmt: skip
    found: list[str] = content["markdown"]
    return found


@contextmanager
def served(url: str, state: Path | None) -> Iterator[tuple[str, str]]:
    """The address and page of metrics of a running server, or of one that is served for the block.

    Raises:
        typer.BadParameter: the state folder is not that of the server.
        ServingError: no server could be started.
    """
    if not url:
        with own_server(state or state_dir() / "loadtests", console) as ports:
            yield ports.grpc_url, ports.metrics_url
        return
    own_state = state or state_dir()
    record = read_record(own_state)
    if record is None:
        raise typer.BadParameter(f"{own_state} has no server's record; name the server's folder (--state-dir).")
    yield url, record.ports.metrics_url


def run_parts(
    parts: dict[str, Callable[[], list[str]]], wanted: list[str], sections: dict[str, list[str]], failed: dict[str, str]
) -> None:
    """Adds the Markdown of each part that ran to ``sections``, and why others did not to ``failed``."""
    for name, run in parts.items():
        if name not in wanted:
            continue
        console.rule(name)
        try:
            sections[name] = run()
        except Exception as error:  # noqa: BLE001 - one part's failure is reported, and the others still run
            failed[name] = f"{type(error).__name__}: {error}"
            console.print(f"{name}: {failed[name]}", style="red", markup=False)


TITLES = {
    "perf_analyzer": "Each model by itself (perf_analyzer)",
    "capacity": "Live sessions, and how many a machine holds",
    "users": "Users of all kinds (locust)",
    "autoscaling": "A fleet, simulated",
}


def write(folder: Path, details: dict[str, Any], sections: dict[str, list[str]]) -> Path:
    """Writes ``report.json`` and ``report.md``; returns the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(details, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = [
        "# Load tests",
        "",
        f"`{details['command']}`, {details['measured_at'][:10]}, version {details['version']}; {details['cores']} "
        f"cores of {details['cpu']}, {details['memory_gib']} GiB; load average before: "
        f"{details['load_average_before']}.",
    ]
    for name, section in sections.items():
        lines += ["", f"## {TITLES[name]}", "", *section]
        pictures = sorted((folder / name).glob("*.png"))
        lines += ["", *(f"![{picture.stem}]({name}/{picture.name})" for picture in pictures)] if pictures else []
    if details["failed"]:
        lines += ["", "## Not measured", "", *(f"* {name}: {why}" for name, why in details["failed"].items())]
    path = folder / "report.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    typer.run(main)
