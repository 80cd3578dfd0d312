"""A sweep: targets one after the other, each at growing concurrency; and its report as JSON, CSV, plot and table."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from loadtests.columns import markdown_table
from loadtests.perf_analyzer import server_side
from loadtests.perf_analyzer.binary import PerfAnalyzer, PerfAnalyzerError
from loadtests.perf_analyzer.measurement import measure
from loadtests.perf_analyzer.targets import Target

Row = Mapping[str, Any]
WARM_UP_S = 1.0
LATENCIES = ("avg", "p50", "p90", "p95", "p99")


def sweep(
    tool: PerfAnalyzer,
    targets: Iterable[Target],
    concurrencies: Sequence[int],
    *,
    url: str,
    window_s: float,
    report: Callable[[str], None],
) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows, and sentences about targets that could not be measured; one that fails does not stop the others."""
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    for target in targets:
        for concurrency in concurrencies:
            try:
                if not target.streams:  # engines compile for each new length and batch: the first requests pay for it
                    measure(tool, target, concurrency, url=url, window_s=WARM_UP_S)
                before = server_side.read(url, target.model)
                row = measure(tool, target, concurrency, url=url, window_s=window_s)
                row |= server_side.figures(before, server_side.read(url, target.model))
            except PerfAnalyzerError as error:
                problems.append(str(error))
                report(str(error))
                break
            rows.append(row)
            report(
                f"{target.name}, {concurrency} at once: {row['per_s']:.1f} a second, "
                f"p50 {row['latency_ms']['p50']:.1f} ms, p95 {row['latency_ms']['p95']:.1f} ms"
            )
    return rows, problems


def write(content: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes ``perf_analyzer.json``, ``.csv``, ``.png`` and ``.md``; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / "perf_analyzer"
    paths = [stem.with_suffix(suffix) for suffix in (".json", ".csv", ".png", ".md")]
    paths[0].write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _write_csv(content["rows"], paths[1])
    plot(content["rows"], paths[2])
    paths[3].write_text("\n".join(table(content["rows"])) + "\n", encoding="utf-8")
    return paths


def table(rows: Sequence[Row]) -> list[str]:
    """The rows as NVIDIA Riva's performance page has them, a table a target: latency in ms, throughput as RTFX.

    Where a request has no audio, throughput is requests a second.
    """
    lines: list[str] = []
    for name in dict.fromkeys(row["target"] for row in rows):
        own = [row for row in rows if row["target"] == name]
        has_audio = own[0]["rtfx"] is not None
        has_first = own[0]["first_ms"] is not None
        headings = ["at once", *(f"latency {part}, ms" for part in LATENCIES)]
        headings += ["first answer p50, ms"] if has_first else []
        headings += ["requests/s", "throughput, RTFX"] if has_audio else ["requests/s"]
        cells = [
            [
                str(row["concurrency"]),
                *(_ms(row["latency_ms"][part]) for part in LATENCIES),
                *([_ms(row["first_ms"]["p50"])] if has_first else []),
                f"{row['per_s']:.2f}",
                *([f"{row['rtfx']:.1f}"] if has_audio else []),
            ]
            for row in own
        ]
        lines += [f"`{name}`", "", *markdown_table(headings, cells), ""]
    return lines


def plot(rows: Sequence[Row], path: Path) -> Path:
    """Throughput and p95 latency by concurrency, each target against itself alone; returns the file."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots(1, 2)
    for name in dict.fromkeys(row["target"] for row in rows):
        own = [row for row in rows if row["target"] == name]
        counts = [row["concurrency"] for row in own]
        axes[0].plot(counts, [row["per_s"] / own[0]["per_s"] for row in own], marker="o", label=name)
        axes[1].plot(counts, [row["latency_ms"]["p95"] for row in own], marker="o", label=name)
    axes[0].set_ylabel("requests a second, × one at a time")
    axes[1].set_ylabel("p95 latency, ms")
    axes[1].set_yscale("log")
    for axis in axes:
        axis.set_xlabel("requests at once")
        axis.set_xscale("log", base=2)
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize=7)
    figure.savefig(path, dpi=120)
    return path


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _write_csv(rows: Sequence[Row], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["target", "concurrency", "requests", "failed", "requests_per_s", "rtfx", "queue_ms",
                         *(f"latency_{part}_ms" for part in LATENCIES), "first_p50_ms", "first_p95_ms"])  # fmt: skip
        for row in rows:
            first = row["first_ms"] or {}
            writer.writerow([row["target"], row["concurrency"], row["requests"], row["failed"], row["per_s"],
                             row["rtfx"], row.get("queue_ms"), *(row["latency_ms"][part] for part in LATENCIES),
                             first.get("p50"), first.get("p95")])  # fmt: skip
