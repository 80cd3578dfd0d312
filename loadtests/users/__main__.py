"""``python -m loadtests.users``: locust, headless, with its results as JSON, CSV and a plot in one folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from loadtests.capacity.run_setting import run_setting
from loadtests.columns import markdown_table
from loadtests.framed_process import CHECKOUT
from loadtests.users.plots import plot_run
from loadtests.users.results import audio_throughput, history_of
from loadtests.users.shapes import mix_of, users_at

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
STOP_S = 45
"""How long open sessions may take to end in order; a session over `librivox` takes half a minute."""


def main(
    folder: Annotated[Path, typer.Argument(help="Where the results go.")],
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    mix: Annotated[str, typer.Option(help="Kinds of users and their weights.")] = "live=6,file=1,text=3",
    shape: Annotated[str, typer.Option(help="steady, ramp, spike, stairs.")] = "steady",
    peak: Annotated[int, typer.Option(min=1, help="Users at the peak.")] = 4,
    length: Annotated[float, typer.Option(min=1.0, help="Seconds that users come for.")] = 120.0,
    clip: Annotated[str, typer.Option(help="jfk, librivox, a file, a folder with transcripts.")] = "librivox",
    source: Annotated[str, typer.Option(help="Language of the speech, or auto.")] = "en",
    targets: Annotated[str, typer.Option(help="Languages to translate into, with commas.")] = "",
) -> None:
    """Runs the users against a server and writes ``users.json``, locust's CSV files and ``users.png``."""
    try:
        users_at(shape, 0.0, peak=peak, length_s=length)
        mix_of(mix)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    content = run(
        folder, url=url, mix=mix, shape=shape, peak=peak, length_s=length, clip=clip, source=source, targets=targets
    )
    Console().print("\n".join(table(content)), markup=False, highlight=False, soft_wrap=True)


def run(
    folder: Path, *, url: str, mix: str, shape: str, peak: int, length_s: float, clip: str, source: str, targets: str
) -> dict[str, Any]:
    """Runs locust and returns the report that it wrote.

    Raises:
        ChildProcessError: locust did not run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / "locust"
    details = run_setting(folder) | {
        "kind": "users", "mix": mix, "shape": shape, "peak": peak, "length_s": length_s, "clip": clip,
        "targets": targets,
    }  # fmt: skip
    command = [
        sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "-H", url, "--csv", str(stem.absolute()),
        "--csv-full-history", "--only-summary", "--stop-timeout", str(STOP_S), "--exit-code-on-error", "0",
        "--mix", mix, "--shape", shape, "--peak", str(peak), "--length", str(length_s),
        "--results", str(folder.absolute() / "results.json"), "--clip", clip, "--source", source, "--targets", targets,
    ]  # fmt: skip
    began = time.monotonic()
    with (folder / "locust.log").open("wb") as log:
        done = subprocess.run(
            command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, stdout=log, stderr=log, check=False
        )
    if done.returncode != 0:
        raise ChildProcessError(f"locust ended with exit code {done.returncode}; {folder / 'locust.log'} says why.")
    took_s = time.monotonic() - began
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    history = history_of(stem.with_name("locust_stats_history.csv"))
    content = details | {
        "took_s": round(took_s, 1),
        "rtfx": round(audio_throughput(results["rows"], took_s=took_s), 3),
        **results,
        "history": history,
    }
    (folder / "users.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    title = f"{mix}; {shape}, {peak} users at the peak; {clip}"
    plot_run(history, folder / "users.png", title=title)
    return content


def table(content: dict[str, Any]) -> list[str]:
    """The report as Markdown."""
    columns = ("avg_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms")
    lines = [
        [
            f"{row['kind']}: {row['name']}", str(row["count"]), str(row["failures"]),
            *("–" if row[name] is None else f"{row[name]:.0f}" for name in columns),
        ]
        for row in content["rows"]
    ]  # fmt: skip
    headings = ["what", "seen", "failed", "avg, ms", "p50", "p90", "p95", "p99"]
    found = list(markdown_table(headings, lines))
    found += ["", f"Audio of finished sessions and files: {content['rtfx']:.2f} s a second."]
    found += [f"{row['count']} × {row['kind']} {row['name']}: {row['error'][:160]}" for row in content["failures"]]
    return found


if __name__ == "__main__":
    typer.run(main)
