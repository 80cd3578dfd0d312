"""The plot of a soak, as SVG: memory of each process, threads and open files, over time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from loadtests.faults.soak_run import TOGETHER

_NO_DATE = {"Date": None}


def plot_soak(report: Mapping[str, Any], folder: Path) -> Path:
    """Writes it; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(7, 5.4), layout="constrained")
    memory, counts = figure.subplots(2, 1, sharex=True)
    for name, found in report["memory"].items():
        if name != TOGETHER:
            minutes = [at_s / 60 for at_s, _ in found["samples"]]
            memory.plot(minutes, [size / 1e6 for _, size in found["samples"]], label=name)
    memory.set_ylabel("resident memory, MB")
    memory.set_ylim(bottom=0)
    memory.legend(fontsize=7, ncols=2)
    for name in ("threads", "files"):
        counts.plot(
            [one["at_s"] / 60 for one in report["footprints"]], [one[name] for one in report["footprints"]], label=name
        )
    counts.set_ylabel("of all processes")
    counts.set_xlabel("minutes")
    counts.set_ylim(bottom=0)
    counts.legend(fontsize=8)
    for axis in (memory, counts):
        axis.axvline(report["settle_s"] / 60, color="tab:gray", linestyle=":")
        axis.grid(alpha=0.3)
    memory.set_title(f"{report['sessions']} sessions in {report['slots']} slots, {report['cores']} cores", fontsize=9)
    path = folder / "soak.svg"
    figure.savefig(path, metadata=_NO_DATE)
    return path
