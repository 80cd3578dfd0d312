"""Capacity as Markdown and as a plot: sessions measured, and what was predicted of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from loadtests.columns import Column, grid, markdown_table
from loadtests.figures import spread_of

RIVA = (
    Column("latency avg, s", "delay_avg_s"),
    Column("p50", "delay_p50_s"),
    Column("p90", "delay_p90_s"),
    Column("p95", "delay_p95_s"),
    Column("p99", "delay_p99_s"),
    Column("throughput, RTFX", "throughput"),
    Column("CPU s per audio s", "cpu_s_per_audio_s"),
    Column("WER", "wer", 3),
)
"""The columns of NVIDIA Riva's performance page, and what they cost. Latency is a word's delay."""

_COMPARED = (
    ("recognition, s", "recognition_s", 2),
    ("batch", "batch", 2),
    ("delay avg, s", "delay_avg_s", 2),
    ("delay p95, s", "delay_p95_s", 2),
    ("CPU s per audio s", "cpu_s_per_audio_s", 2),
)


def sessions_table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Streams, latency, throughput: a line a number of sessions, and whether they were kept in real time."""
    headings, cells = grid(rows, RIVA)
    kept = ["yes" if row["kept"] else "no" for row in rows]
    return list(markdown_table([*headings, "kept"], [[*line, one] for line, one in zip(cells, kept, strict=True)]))


def comparison_table(assessment: Mapping[str, Any]) -> list[str]:
    """Predicted / measured (error) by sessions."""
    lines = [
        [str(row["sessions"]), *(_cell(row[name], digits) for _, name, digits in _COMPARED)]
        for row in assessment["sessions"]
    ]
    headings = ["sessions", *(f"{title}: predicted / measured" for title, _, _ in _COMPARED)]
    return list(markdown_table(headings, lines))


def limits_table(assessment: Mapping[str, Any]) -> list[str]:
    """What each law says a machine holds."""
    limits, cores = assessment["limits"], assessment["cores"]
    lines = [
        [name, _count(limits[key]), _count(limits[key], per=cores)]
        for name, key in (
            ("predicted: recognitions take at most 0.6 s (the recogniser's queue)", "recognition"),
            ("predicted: partials at full pace (0.9 of the cores busy)", "cpu"),
            ("predicted: partials at full pace (scaling law)", "scaling_law"),
        )
    ]
    measured = assessment["kept_in_real_time"]
    at_least = "at least " if measured == assessment["most_measured"] else ""
    lines.append(["measured: kept in real time", at_least + str(measured), at_least + _count(measured, per=cores)])
    within = assessment["largest_within_target"]
    at_least = "at least " if within == assessment["most_measured"] else ""
    lines.append(
        ["measured: recognitions take at most 0.6 s", at_least + str(within), at_least + _count(within, per=cores)]
    )
    return list(markdown_table(["what", "sessions", "a core"], lines))


def plot(rows: Sequence[Mapping[str, Any]], assessment: Mapping[str, Any], path: Path) -> Path:
    """Recognition time and word delay by sessions, measured and predicted; returns the file."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    axes = figure.subplots(1, 3)
    compared = assessment["sessions"]
    counts = [row["sessions"] for row in compared]
    for axis, name, title in (
        (axes[0], "recognition_s", "mean recognition, s"),
        (axes[1], "delay_p95_s", "word delay p95, s"),
        (axes[2], "cpu_s_per_audio_s", "CPU s per audio s"),
    ):
        for kind, style in (("measured", "o-"), ("predicted", "--")):
            points = [(count, row[name][kind]) for count, row in zip(counts, compared, strict=True)]
            known = [(count, value) for count, value in points if value is not None]
            axis.plot([count for count, _ in known], [value for _, value in known], style, label=kind)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("sessions")
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    spreads = [spread_of(row, "delay_p95_s") for row in rows]
    if all(spreads):
        axes[1].fill_between(
            counts, [one.low for one in spreads if one], [one.high for one in spreads if one], alpha=0.2
        )
    axes[0].legend(fontsize=8)
    figure.savefig(path, dpi=120)
    return path


def _cell(pair: Mapping[str, Any], digits: int) -> str:
    predicted, measured = (
        "–" if pair[kind] is None else f"{pair[kind]:.{digits}f}" for kind in ("predicted", "measured")
    )
    share = "" if pair["error"] is None else f" ({pair['error']:+.0%})"
    return f"{predicted} / {measured}{share}"


def _count(value: float | None, *, per: int = 1) -> str:
    if value is None:
        return "–"
    return f"{value / per:.1f}" if per > 1 else str(value)
