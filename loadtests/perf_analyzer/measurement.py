"""One run of perf_analyzer: a target at one concurrency.

Where answers come in pieces, the figures come from its export of every request: its own summary does not know the first
piece from the last. Elsewhere they come from the summary (CSV): the export holds each request's input, too, and writing
hundreds of megabytes of speech would be what is measured.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from loadtests.perf_analyzer import input_data
from loadtests.perf_analyzer.binary import PerfAnalyzer, PerfAnalyzerError
from loadtests.perf_analyzer.targets import Target
from loadtests.scoring import Distribution

_NS = 1e-9
WINDOWS = 3
"""perf_analyzer judges stability over three windows; here all three count, stable or not: a shared machine never is."""
TIMEOUT_S = 570.0
_LONGER = 5.0
_REQUEST_COUNT = re.compile(r"Request count: (\d+)")


@dataclass(frozen=True)
class Requests:
    """Requests that were answered within the measured time.

    Attributes:
        took_s: the measured time.
        latencies_s: of each, to its last answer.
        firsts_s: of each, to its first answer.
        failed: how many had no answer.
    """

    took_s: float
    latencies_s: tuple[float, ...]
    firsts_s: tuple[float, ...]
    failed: int


def read_export(export: Mapping[str, Any]) -> Requests:
    """The requests of one experiment of ``--profile-export-file``.

    Raises:
        PerfAnalyzerError: it holds no measured window.
    """
    experiment = export["experiments"][-1]
    bounds = experiment["window_boundaries"]
    if len(bounds) < 2 or bounds[-1] <= bounds[0]:
        raise PerfAnalyzerError("perf_analyzer's export has no measured window; give it longer ones (--window).")
    requests = experiment["requests"]
    ended = [one for one in requests if one["response_timestamps"]]
    inside = [one for one in ended if bounds[0] <= one["response_timestamps"][-1] <= bounds[-1]]
    return Requests(
        took_s=(bounds[-1] - bounds[0]) * _NS,
        latencies_s=tuple((one["response_timestamps"][-1] - one["timestamp"]) * _NS for one in inside),
        firsts_s=tuple((one["response_timestamps"][0] - one["timestamp"]) * _NS for one in inside),
        failed=sum(not one["response_timestamps"] for one in requests),
    )


def streamed_row(target: Target, concurrency: int, requests: Requests) -> dict[str, Any]:
    """A line of the report; times in milliseconds, throughput in requests and in audio seconds a second.

    Raises:
        PerfAnalyzerError: no request ended within the measured time.
    """
    latency = Distribution.of([seconds * 1000 for seconds in requests.latencies_s])
    first = Distribution.of([seconds * 1000 for seconds in requests.firsts_s])
    if latency is None or first is None:
        raise PerfAnalyzerError(
            f"No request to {target.name} ended within {requests.took_s:g} s at concurrency {concurrency}; give it "
            "longer windows (--window)."
        )
    per_s = latency.count / requests.took_s
    return _row(target, concurrency, per_s, latency_ms=asdict(latency), first_ms=asdict(first)) | {
        "requests": latency.count,
        "failed": requests.failed,
    }


def summary_row(target: Target, concurrency: int, summary: Path, said: str) -> dict[str, Any]:
    """A line of the report from ``--verbose-csv``.

    Args:
        target: what was asked.
        concurrency: requests at once.
        summary: the CSV file.
        said: standard output, which alone tells the number of requests.

    Raises:
        PerfAnalyzerError: nothing was measured.
    """
    with summary.open(newline="", encoding="utf-8") as file:
        line = next(csv.DictReader(file), None)
    if line is None or float(line["Inferences/Second"]) <= 0:
        raise PerfAnalyzerError(f"No request to {target.name} ended; give it longer windows (--window).")
    latency_ms = {part: float(line[f"{part} latency"]) / 1000 for part in ("p50", "p90", "p95", "p99")}
    latency_ms["avg"] = float(line["Avg latency"]) / 1000
    count = _REQUEST_COUNT.search(said)
    return _row(target, concurrency, float(line["Inferences/Second"]), latency_ms=latency_ms, first_ms=None) | {
        "requests": int(count[1]) if count else None,
        "failed": 0,  # perf_analyzer ends with an error at the first request that fails
    }


def _row(
    target: Target, concurrency: int, per_s: float, *, latency_ms: dict[str, float], first_ms: dict[str, float] | None
) -> dict[str, Any]:
    return {
        "target": target.name,
        "concurrency": concurrency,
        "per_s": round(per_s, 3),
        "rtfx": round(per_s * target.audio_s, 2) if target.audio_s else None,
        "latency_ms": {name: round(value, 3) for name, value in latency_ms.items()},
        "first_ms": {name: round(value, 3) for name, value in first_ms.items()} if first_ms else None,
    }


def measure(tool: PerfAnalyzer, target: Target, concurrency: int, *, url: str, window_s: float) -> dict[str, Any]:
    """Runs perf_analyzer for three windows; again with longer windows where it could not tell anything.

    Raises:
        PerfAnalyzerError: it did not run, or the server refused the requests; its last lines are told.
    """
    try:
        return _measure(tool, target, concurrency, url=url, window_s=window_s)
    except PerfAnalyzerError:
        # A window in which no batch ends has no statistics: perf_analyzer then finds "no such version".
        return _measure(tool, target, concurrency, url=url, window_s=_LONGER * window_s)


def _measure(tool: PerfAnalyzer, target: Target, concurrency: int, *, url: str, window_s: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="perf-analyzer-") as scratch:
        data = input_data.write(target.items, Path(scratch) / "input.json")
        result = Path(scratch) / ("export.json" if target.streams else "summary.csv")
        command = command_of(tool.binary, target, concurrency, url=url, window_s=window_s, data=data, result=result)
        try:
            done = subprocess.run(
                command, env=tool.environment, cwd=scratch, capture_output=True, text=True, check=False,
                timeout=TIMEOUT_S, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise PerfAnalyzerError(f"perf_analyzer on {target.name} was not done after {TIMEOUT_S:g} s.") from None
        if done.returncode != 0 or not result.is_file():
            said = " ".join((done.stdout + done.stderr).strip().splitlines()[-4:])
            raise PerfAnalyzerError(f"perf_analyzer on {target.name}, concurrency {concurrency}: {said[-600:]}")
        if not target.streams:
            return summary_row(target, concurrency, result, done.stdout)
        # Text is exported as it is on the wire, and binary inputs too: not all of it is UTF-8.
        export = json.loads(result.read_text(encoding="utf-8", errors="replace"), strict=False)
        return streamed_row(target, concurrency, read_export(export))


def command_of(
    binary: Path, target: Target, concurrency: int, *, url: str, window_s: float, data: Path, result: Path
) -> Sequence[str]:
    """The command line."""
    return [
        str(binary), "-m", target.model, "-u", url, "-i", "grpc",
        "--input-data", str(data), "--concurrency-range", f"{concurrency}:{concurrency}:1",
        "--measurement-interval", str(round(window_s * 1000)), "--max-trials", str(WINDOWS),
        "--stability-percentage", "999",
        *(["--streaming", "--profile-export-file"] if target.streams else ["--async", "--verbose-csv", "-f"]),
        str(result),
        *(word for parameter in target.parameters for word in ("--request-parameter", ":".join(parameter))),
    ]  # fmt: skip
