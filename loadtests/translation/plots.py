"""Plots of translation reports, as SVG: throughput against concurrency, and quality against delay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from loadtests.figures import spread_of

mpl.rcParams["svg.hashsalt"] = "livetranslate"  # the same figures give the same file
_NO_DATE = {"Date": None}


def plot_speed(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes tokens a second and the latency of a sentence against sentences at once; returns the file."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    throughput, latency = figure.subplots(1, 2)
    for axis, name, label in (
        (throughput, "tokens_per_s", "tokens a second"),
        (latency, "latency_p95_ms", "95 % of sentences done within, ms"),
    ):
        for side, title in (("triton", "through Triton"), ("bare", "vLLM by itself")):
            found = [(row["concurrent"], one) for row in report["rows"] if (one := spread_of(row, f"{side}_{name}"))]
            counts = [count for count, _ in found]
            axis.plot(counts, [one.median for _, one in found], marker="o", label=title)
            axis.fill_between(counts, [one.low for _, one in found], [one.high for _, one in found], alpha=0.2)
        axis.set_xscale("log", base=2)
        axis.set_xticks(
            [row["concurrent"] for row in report["rows"]], [str(row["concurrent"]) for row in report["rows"]]
        )
        axis.set_xlabel("sentences at once")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    throughput.legend()
    figure.suptitle(f"{report['llm'] or 'llm'}, {report['cores']} cores; median, lowest and highest", fontsize=9)
    return [_save(figure, folder, "translation-speed.svg")]


def plot_live(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes the curve of quality against delay, a point each policy and language; returns the file."""
    figure = Figure(figsize=(6, 3.8), layout="constrained")
    axis = figure.subplots()
    markers = iter("osD^vPX*")
    for row in report["rows"]:
        marker = next(markers, "o")
        for language, figures in row["by_language"].items():
            chrf = spread_of({"figures": figures}, "chrf_reference") or spread_of({"figures": figures}, "chrf_offline")
            delay = spread_of({"figures": figures}, "laal_s")
            if chrf is None or delay is None:
                continue
            sideways = [[delay.median - delay.low], [delay.high - delay.median]]
            upright = [[chrf.median - chrf.low], [chrf.high - chrf.median]]
            axis.errorbar(
                delay.median, chrf.median, xerr=sideways, yerr=upright, marker=marker, capsize=2,
                linestyle="none", label=f"{row['policy']}, {len(row['targets'])} at once: {language}",
            )  # fmt: skip
    axis.set_xlabel("StreamLAAL, computation-aware, s")
    axis.set_ylabel("chrF of the final text")
    axis.set_title(f"{report['clip']}, {report['cores']} cores; median, lowest and highest of the runs", fontsize=9)
    axis.grid(alpha=0.3)
    axis.legend(fontsize=7)
    return [_save(figure, folder, "translation-quality-delay.svg")]


def _save(figure: Figure, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    figure.savefig(path, metadata=_NO_DATE)
    return path
