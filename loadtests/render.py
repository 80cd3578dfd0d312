"""Reports as Markdown, so that no figure is copied by hand: ``python -m loadtests.render REPORT.json``.

Each figure stands as the median of the runs with (lowest–highest).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import typer

from loadtests.columns import COST, DELAYS, QUALITY, TRANSLATION, Column, grid, markdown_table
from loadtests.scoring import Spread
from loadtests.translation.tables import KINDS as TRANSLATION_KINDS

Report = Mapping[str, Any]

_PEERS = (
    Column("WER", "wer", 3),
    Column("delay avg", "delay_avg_s", 1),
    Column("p50", "delay_p50_s", 1),
    Column("p95", "delay_p95_s", 1),
    Column("shown p50", "shown_p50_s", 1),
    Column("committed in time", "share_in_time"),
    Column("shown in time", "share_shown_in_time"),
    Column("erasure of the displayed", "displayed_erasure"),
    Column("CPU s per audio s", "cpu_s_per_audio_s"),
    Column("MiB in all", "memory_peak_mib", 0),
)


def markdown(report: Report) -> str:
    """The tables of a report of any kind.

    Raises:
        ValueError: not a report of these load tests.
    """
    kind = report.get("kind")
    if kind not in _KINDS:
        raise ValueError(f"kind is {kind!r}; known: {', '.join(_KINDS)}.")
    return "\n".join([*_setting(report), "", *_KINDS[str(kind)](report)]) + "\n"


def _live(report: Report) -> Iterable[str]:
    rows = report["rows"]
    offline = report["offline_wer"]
    for columns in (DELAYS[:5], DELAYS[5:], QUALITY, COST, TRANSLATION):
        headings, cells = grid(rows, columns)
        if len(headings) > 1:
            yield from markdown_table(headings, cells)
            yield ""
    tried = ", ".join(str(row["streams"]) for row in rows)
    yield f"Streams kept in real time: **{report['streams_kept']}** (tried: {tried})."
    yield f"Offline word error rate of the same model: {offline:.3f}." if offline is not None else ""
    yield from (f"{row['streams']} streams: {problem}" for row in rows for problem in row["problems"])


def _window_cost(report: Report) -> Iterable[str]:
    found = report["figures"]
    lines = [
        [label, _text(found[f"ours_{name}"]), _text(found[f"theirs_{name}"])]
        for label, name in (
            ("CPU seconds per window", "cpu_s_per_window"),
            ("CPU seconds per audio second", "cpu_s_per_audio_s"),
            ("latency p50, seconds", "latency_s"),
            ("WER", "wer"),
        )
    ]
    ratio = f"**{_text(found['cpu_ratio'])}** (wanted ≤ {report['target_ratio']})"
    yield from markdown_table(["", "ours", f"{report['peer']}, int8"], [*lines, ["CPU, ours / theirs", ratio, ""]])
    yield ""
    by_length = [
        [length, *(_text(one[name]) for name in ("cpu_ratio", "ours_wer", "theirs_wer"))]
        for length, one in report["by_length_s"].items()
    ]
    yield from markdown_table(["windows up to, s", "CPU, ours / theirs", "WER, ours", "WER, theirs"], by_length)


def _peers(report: Report) -> Iterable[str]:
    headings, cells = grid(report["rows"], _PEERS, label="label")
    yield from markdown_table(["system, streams", *headings[1:]], cells)
    yield ""
    kept = ", ".join(f"{name} {count}" for name, count in report["streams_kept"].items())
    yield f"Streams kept in real time: {kept}."
    yield from (f"Not measured: {name}: {reason}" for name, reason in report["absent"].items())
    for row in report["rows"]:
        yield from (f"{row['label']}: {problem}" for problem in dict.fromkeys(row["problems"]))


_KINDS: dict[str, Callable[[Report], Iterable[str]]] = {
    "live": _live,
    "window_cost": _window_cost,
    "peers": _peers,
    **TRANSLATION_KINDS,
}


def _setting(report: Report) -> list[str]:
    return [
        f"`{report['command']}`, {report['measured_at'][:10]}, version {report['version']}; {report['cores']} cores of"
        f" {report['cpu']}, {report['memory_gib']} GiB; load average before: {report['load_average_before']}."
    ]


def _text(figure: float | Mapping[str, Any]) -> str:
    return Spread(**figure).text(3) if isinstance(figure, Mapping) else f"{figure:.3f}"


def main(report: Path) -> None:
    """Prints the Markdown of a report file."""
    typer.echo(markdown(json.loads(report.read_text(encoding="utf-8"))), nl=False)


if __name__ == "__main__":
    typer.run(main)
