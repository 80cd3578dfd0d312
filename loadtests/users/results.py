"""What locust counted as a report: one row a name, and how users, rates and delays went over time."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

AGGREGATED = "Aggregated"
_PERCENTILES = {"p50_ms": 0.5, "p90_ms": 0.9, "p95_ms": 0.95, "p99_ms": 0.99}


def results_of(stats: Any) -> dict[str, list[dict[str, Any]]]:
    """Locust's statistics (``environment.stats``) as ``rows`` by name and ``failures`` by error.

    Without locust's sum of all: it would add words to sessions. Percentiles are locust's, to two digits.
    """
    rows = [
        {
            "kind": entry.method,
            "name": entry.name,
            "count": entry.num_requests,
            "failures": entry.num_failures,
            "avg_ms": round(entry.avg_response_time, 1),
            **{name: entry.get_response_time_percentile(share) for name, share in _PERCENTILES.items()},
            "mean_length": round(entry.avg_content_length, 1),
        }
        for _, entry in sorted(stats.entries.items(), key=lambda item: (item[1].method, item[1].name))
    ]
    failures = [
        {"kind": error.method, "name": error.name, "error": str(error.error), "count": error.occurrences}
        for error in stats.errors.values()
    ]
    return {"rows": rows, "failures": failures}


def history_of(history: Path) -> list[dict[str, Any]]:
    """Rows of a ``…_stats_history.csv`` (with ``--csv-full-history``): what each name was like at each moment.

    Percentiles are those of locust's window of the last ten seconds; None where nothing was seen in it.
    """
    lines = [line for line in _lines(history) if line["Name"] and line["Name"] != AGGREGATED]
    first = min((int(line["Timestamp"]) for line in _lines(history)), default=0)
    return [
        {
            "at_s": int(line["Timestamp"]) - first,
            "users": int(line["User Count"]),
            "name": f"{line['Type']} {line['Name']}",
            "p50_ms": _number(line["50%"]),
            "p95_ms": _number(line["95%"]),
            "per_s": float(line["Requests/s"]),
            "failures_per_s": float(line["Failures/s"]),
        }
        for line in lines
    ]


def audio_throughput(rows: Sequence[Mapping[str, Any]], *, took_s: float) -> float:
    """Audio seconds of finished sessions and files by seconds of the test."""
    audio_ms = sum(
        row["mean_length"] * row["count"] for row in rows if row["name"] in ("session done", "transcription")
    )
    return audio_ms / 1000 / took_s if took_s > 0 else 0.0


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> float | None:
    """None for what locust writes where it has seen nothing."""
    return None if text in ("", "N/A", "0") else float(text)
