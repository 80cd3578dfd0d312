"""What a simulation found, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from loadtests.drift.evaluation import signal_names


def sentence(row: dict[str, Any]) -> str:
    """One answer, as soon as it is there."""
    if "undisturbed" in row:
        found = row["undisturbed"]
        alarms = sum(found["alarms"].values())
        return f"{row['service']}: {found['windows']} undisturbed windows, {alarms} false alarms"
    seen = f"{row['found']} of {row['runs']} found"
    return f"{row['service']}: {row['disturbance']}, {row['share']:.0%} of the sessions: {seen}"


def tables(rows: Sequence[dict[str, Any]], *, window_s: float) -> list[Table]:
    """False alarms by signal, then delays by disturbance."""
    return [_false_alarms(rows), _delays(rows, window_s)]


def sample_table(rows: Sequence[dict[str, Any]]) -> Table:
    """What chance alone does to the population stability index and to the Jensen-Shannon divergence."""
    table = Table(title="Samples of one distribution of levels, and of one 6 dB lower")
    for heading in (
        "observations", "PSI by chance", "above 0.25", "PSI finds", "JS by chance, bits", "expected", "corrected",
        "JS finds",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            str(row["size"]), f"{row['psi_by_chance']:.3f}", f"{row['psi_alarms_by_chance']:.1%}",
            f"{row['psi_finds']:.0%}", f"{row['js_by_chance']:.4f}", f"{row['js_expected']:.4f}",
            f"{row['js_corrected']:.4f}", f"{row['js_finds']:.0%}",
        )  # fmt: skip
    return table


def _false_alarms(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="Nothing happens: windows called shifted, and alarms")
    for heading in ("service", "signal", "judged", "shifted", "alarms", "chi-square", "PSI"):
        table.add_column(heading, justify="left" if heading in ("service", "signal") else "right")
    for row in rows:
        if "undisturbed" not in row:
            continue
        found = row["undisturbed"]
        ways = list(found["naive"].values())
        for name in signal_names():
            judged = found["judged"].get(name, 0)
            naive = [f"{way[name] / judged:.1%}" if judged and name in way else "-" for way in ways]
            shifted = found["shifted"].get(name, 0)
            share = f"{shifted / judged:.2%}" if judged else "-"
            table.add_row(row["service"], name, str(judged), share, str(found["alarms"].get(name, 0)), *naive)
        with_drift = f"{found['windows_with_drift'] / found['windows']:.2%} of time"
        table.add_row(row["service"], "any", str(found["windows"]), with_drift, str(sum(found["alarms"].values())))
        table.add_section()
    return table


def _delays(rows: Sequence[dict[str, Any]], window_s: float) -> Table:
    table = Table(title="Something happens: windows until it is called drift")
    for heading in ("service", "disturbance", "sessions hit", "found", "median", "slowest", "minutes", "signals"):
        table.add_column(heading, justify="left" if heading in ("service", "disturbance", "signals") else "right")
    for row in rows:
        if "disturbance" not in row:
            continue
        middle, slowest = row["median_windows"], row["slowest_windows"]
        signals = ", ".join(f"{name} {one['found']}" for name, one in sorted(row["by_signal"].items()))
        minutes = f"{middle * window_s / 60:.0f}" if middle is not None else "-"
        table.add_row(
            row["service"], row["disturbance"], f"{row['share']:.0%}", f"{row['found']} of {row['runs']}",
            "-" if middle is None else f"{middle:g}", "-" if slowest is None else str(slowest), minutes, signals,
        )  # fmt: skip
    return table
