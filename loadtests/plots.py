"""Plots of reports, as SVG: how delays grow with the number of streams, and how they are distributed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from loadtests.figures import spread_of

mpl.rcParams["svg.hashsalt"] = "livetranslate"  # the same figures give the same file
_NO_DATE = {"Date": None}


def plot_live(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes the plots of a live report; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    by_streams, distribution = folder / "live-delay-by-streams.svg", folder / "live-delays.svg"
    return [_by_streams(report, by_streams), _distribution(report, distribution)]


def plot_peers(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes the plot of a comparison; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [row for row in report["rows"] if row["streams"] == 1 and spread_of(row, "delay_avg_s")]
    names = [str(row["system"]) for row in rows]
    figure = Figure(figsize=(8, 1.2 + 0.5 * len(rows)), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for axis, figure_name, title in (
        (axes[0], "delay_avg_s", "mean delay of a committed word, s"),
        (axes[1], "cpu_s_per_audio_s", "CPU seconds per audio second"),
    ):
        spreads = [spread_of(row, figure_name) for row in rows]
        values = [one.median if one else 0.0 for one in spreads]
        axis.barh(names, values, color=["tab:blue" if name == "LiveTranslate" else "tab:gray" for name in names])
        for place, value in enumerate(values):
            axis.annotate(f"{value:.2f}", (value, place), xytext=(3, 0), textcoords="offset points", va="center")
        axis.set_title(title, fontsize=10)
        axis.margins(x=0.2)
    axes[0].invert_yaxis()  # shared: the first system stands at the top
    path = folder / "peers.svg"
    figure.savefig(path, metadata=_NO_DATE)
    return [path]


def _by_streams(report: Mapping[str, Any], path: Path) -> Path:
    rows: Sequence[Mapping[str, Any]] = report["rows"]
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axis = figure.subplots()
    for name, label in (("delay_avg_s", "average"), ("delay_p50_s", "p50"), ("delay_p95_s", "p95")):
        found = [(row["streams"], one) for row in rows if (one := spread_of(row, name))]
        streams = [count for count, _ in found]
        axis.plot(streams, [one.median for _, one in found], marker="o", label=label)
        axis.fill_between(streams, [one.low for _, one in found], [one.high for _, one in found], alpha=0.2)
    axis.set_xlabel("streams at once")
    axis.set_ylabel("word committed − word ended, s")
    axis.set_xticks([row["streams"] for row in rows])
    axis.set_ylim(bottom=0)
    axis.set_title(f"{report['clip']}, {report['cores']} cores; median, lowest and highest of the runs", fontsize=9)
    axis.legend()
    axis.grid(alpha=0.3)
    figure.savefig(path, metadata=_NO_DATE)
    return path


def _distribution(report: Mapping[str, Any], path: Path) -> Path:
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axis = figure.subplots()
    for row in report["rows"]:
        delays = np.sort(row["commit_delays_s"])
        if delays.size:
            shares = np.arange(1, delays.size + 1) / delays.size
            axis.step(delays, shares, where="post", label=f"{row['streams']} streams")
    axis.set_xlabel("word committed − word ended, s")
    axis.set_ylabel("share of words")
    axis.set_ylim(0, 1.02)
    axis.set_title(f"{report['clip']}, {report['cores']} cores; all runs", fontsize=9)
    axis.legend()
    axis.grid(alpha=0.3)
    figure.savefig(path, metadata=_NO_DATE)
    return path
