"""Predicted against measured: each law is fitted on some rows and held against all, with its error in per cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.cpu_law import CpuLaw
from loadtests.capacity.recogniser_queue import Speaker, most_sessions, predict
from loadtests.capacity.scaling_law import ScalingLaw, held_out_error
from loadtests.figures import most_streams, spread_of

Row = Mapping[str, Any]

TARGET_RECOGNITION_S = 0.6
"""Where the server stops letting sessions in (``target_recognition_s``): partials come at two thirds of their pace."""
BUSY_SHARE = 0.9
"""Share of the cores that may be busy; the rest is for bursts."""


def assess(rows: Sequence[Row], window_rows: Sequence[Row], *, cores: int) -> dict[str, Any]:
    """Everything that is predicted, beside what was measured.

    Args:
        rows: live sessions (:mod:`loadtests.capacity.measurement`), one of them with a single session.
        window_rows: perf_analyzer's rows of ``whisper, window``; may be empty. For the scaling law.
        cores: of the machine.

    Raises:
        ValueError: rows are missing that the laws need.
    """
    by_count = {int(row["streams"]): row for row in rows}
    if 1 not in by_count or len(by_count) < 2:
        raise ValueError(f"Rows of one session and of more are needed; measured were {sorted(by_count)}.")
    speaker = speaker_of(by_count[1])
    fitted_on = sorted(by_count)[:-1] if len(by_count) > 2 else sorted(by_count)  # the most sessions are the test
    shape = BatchTime.fit([batch for count in fitted_on for batch in _batches(by_count[count])])
    batch_time = shape.scaled(speaker.recognition_s)
    cpu, cpu_rows = _cpu(rows)
    found: dict[str, Any] = {
        "cores": cores,
        "speaker": asdict(speaker),
        "batch_time": asdict(batch_time),
        "sessions": [_compared(row, batch_time, speaker, cpu) for row in rows],
        "fitted_on": fitted_on,
        "cpu_law": asdict(cpu) | {"fitted_on": cpu_rows} if cpu else None,
        "limits": {
            "recognition": most_sessions(batch_time, speaker, recognition_s=TARGET_RECOGNITION_S),
            "cpu": cpu.most_sessions(cores, busy=BUSY_SHARE) if cpu else None,
            "scaling_law": None,
        },
        "kept_in_real_time": most_streams(rows),
        "most_measured": max(by_count),
        "largest_within_target": _largest_within(rows),
    }
    if len(window_rows) >= 3:
        found["scaling_law"] = law = _scaling(window_rows)
        found["limits"]["scaling_law"] = int(law["most_per_s"] / speaker.rate_per_s) if law["most_per_s"] else None
    return found


def speaker_of(row: Row) -> Speaker:
    """The single session of a live row.

    Raises:
        ValueError: the row lacks what only the server's metrics or the reference words tell.
    """
    server, average, p95 = row["server"], spread_of(row, "delay_avg_s"), spread_of(row, "delay_p95_s")
    if not server["recognition_s"] or average is None or p95 is None:
        raise ValueError("The row of one session has no recognition time or no word delays; serve with metrics.")
    return Speaker(server["recognitions_per_audio_s"], server["recognition_s"], average.median, p95.median)


def error(predicted: float | None, measured: float | None) -> float | None:
    """Relative error; None where one of the two is not known."""
    return predicted / measured - 1 if predicted is not None and measured else None


def _compared(row: Row, batch_time: BatchTime, speaker: Speaker, cpu: CpuLaw | None) -> dict[str, Any]:
    told = predict(int(row["streams"]), batch_time, speaker)
    pairs = {
        "recognition_s": (told.recognition_s, row["server"]["recognition_s"]),
        "delay_avg_s": (told.delay_avg_s, _median(row, "delay_avg_s")),
        "delay_p95_s": (told.delay_p95_s, _median(row, "delay_p95_s")),
        "cpu_s_per_audio_s": (cpu.per_audio_s(told.sessions) if cpu else None, _median(row, "cpu_s_per_audio_s")),
        "batch": (told.batch, _mean_batch(row)),
    }
    return {"sessions": told.sessions} | {
        name: {"predicted": predicted, "measured": measured, "error": error(predicted, measured)}
        for name, (predicted, measured) in pairs.items()
    }


def _cpu(rows: Sequence[Row]) -> tuple[CpuLaw | None, list[int]]:
    """Fitted without the largest number of sessions where three or more were measured: that one is the test."""
    known = [(int(row["streams"]), cpu) for row in rows if (cpu := _median(row, "cpu_s_per_audio_s")) is not None]
    known.sort()
    used = known[:-1] if len(known) > 2 else known
    if len(used) < 2:
        return None, []
    return CpuLaw.fit([count for count, _ in used], [cpu for _, cpu in used]), [count for count, _ in used]


def _scaling(rows: Sequence[Row]) -> dict[str, Any]:
    counts, rates = [row["concurrency"] for row in rows], [row["per_s"] for row in rows]
    law = ScalingLaw.fit(counts, rates)
    # A law without a peak in reach says nothing beyond what was measured.
    most = law.most_per_s if law.best_concurrency <= max(counts) else law(max(counts))
    return asdict(law) | {
        "best_concurrency": min(law.best_concurrency, 1e6),
        "most_per_s": most,
        "points": [
            {"concurrency": count, "measured": rate, "predicted": law(count), "error": law(count) / rate - 1}
            for count, rate in zip(counts, rates, strict=True)
        ],
        "held_out_error": held_out_error(counts, rates),
    }


def _largest_within(rows: Sequence[Row]) -> int:
    within = [
        int(row["streams"])
        for row in rows
        if row["server"]["recognition_s"] and row["server"]["recognition_s"] <= TARGET_RECOGNITION_S
    ]
    return max(within, default=0)


def _batches(row: Row) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = row["server"]["batches"] if "server" in row else row["batches"]
    return found


def _mean_batch(row: Row) -> float | None:
    batches = _batches(row)
    count = sum(batch["count"] for batch in batches)
    return sum(batch["size"] * batch["count"] for batch in batches) / count if count else None


def _median(row: Row, name: str) -> float | None:
    found = spread_of(row, name)
    return found.median if found else None
