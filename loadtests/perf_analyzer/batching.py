"""Which queue delay and batch size suit a model: the same load on each setting, each on a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from loadtests.columns import markdown_table
from loadtests.perf_analyzer import server_side
from loadtests.perf_analyzer.binary import PerfAnalyzer
from loadtests.perf_analyzer.changed_sources import set_batching
from loadtests.perf_analyzer.measurement import measure
from loadtests.perf_analyzer.own_server import own_server
from loadtests.perf_analyzer.sweep import WARM_UP_S
from loadtests.perf_analyzer.targets import Target


def sweep_batching(
    tool: PerfAnalyzer,
    target: Target,
    settings: Iterable[tuple[int, int]],
    concurrencies: Iterable[int],
    *,
    window_s: float,
    state: Path,
    console: Console,
    report: Callable[[str], None],
) -> list[dict[str, Any]]:
    """A row for each (queue delay in microseconds, largest batch) and each number of requests at once.

    Raises:
        ServingError: a server could not be started.
        PerfAnalyzerError: the load could not be made.
    """
    counts = list(concurrencies)
    rows = []
    for delay_us, batch in settings:
        change = (target.model, set_batching(queue_delay_us=delay_us, max_batch_size=batch))
        with own_server(state, console, models=(target.model,), change=change) as ports:
            for count in counts:
                measure(tool, target, count, url=ports.grpc_url, window_s=WARM_UP_S)
                before = server_side.read(ports.grpc_url, target.model)
                row = measure(tool, target, count, url=ports.grpc_url, window_s=window_s)
                row |= server_side.figures(before, server_side.read(ports.grpc_url, target.model))
                rows.append(row | {"queue_delay_us": delay_us, "max_batch_size": batch})
                report(
                    f"delay {delay_us} us, batch {batch}, {count} at once: {row['per_s']:.1f} a second, "
                    f"p95 {row['latency_ms']['p95']:.1f} ms"
                )
    return rows


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The rows as Markdown."""
    headings = ["queue delay, us", "largest batch", "at once", "mean batch", "requests/s", "p50, ms", "p95, ms",
                "in the queue, mean, ms"]  # fmt: skip
    lines = [
        [
            str(row["queue_delay_us"]), str(row["max_batch_size"]), str(row["concurrency"]), f"{mean_batch(row):.2f}",
            f"{row['per_s']:.1f}", f"{row['latency_ms']['p50']:.1f}", f"{row['latency_ms']['p95']:.1f}",
            f"{row['queue_ms']:.1f}",
        ]
        for row in rows
    ]  # fmt: skip
    return list(markdown_table(headings, lines))


def mean_batch(row: dict[str, Any]) -> float:
    """Requests by batches that were computed."""
    requests = sum(batch["size"] * batch["count"] for batch in row["batches"])
    batches = sum(batch["count"] for batch in row["batches"])
    return requests / batches if batches else 0.0
