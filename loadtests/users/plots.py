"""A locust run as a plot: users above, delays below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

SHOWN = ("live word", "live final", "live translation", "file transcription", "text translation")


def plot_run(history: Sequence[Mapping[str, Any]], path: Path, *, title: str) -> Path:
    """Writes the plot (the suffix says the format); returns the file."""
    figure = Figure(figsize=(7, 5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 2))
    users = sorted({(row["at_s"], row["users"]) for row in history})
    above.step([at_s for at_s, _ in users], [count for _, count in users], where="post", color="tab:gray")
    above.set_ylabel("users")
    above.set_ylim(bottom=0)
    above.set_title(title, fontsize=9)
    lines: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in history:
        if row["name"] in SHOWN and row["p95_ms"] is not None:
            lines[row["name"]].append((row["at_s"], row["p95_ms"] / 1000))
    for name in SHOWN:
        if points := sorted(lines[name]):
            below.plot([at_s for at_s, _ in points], [seconds for _, seconds in points], label=name)
    below.set_xlabel("seconds of the test")
    below.set_ylabel("p95 of the last 10 s, seconds")
    below.set_ylim(bottom=0)
    if any(lines.values()):
        below.legend(fontsize=8)
    for axis in (above, below):
        axis.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
    return path
