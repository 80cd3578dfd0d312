"""The figures of reports: which are printed, in which order, under which name, with how many digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.table import Table

from loadtests.figures import spread_of


class Column(NamedTuple):
    """A figure's heading, name and number of digits behind the point."""

    heading: str
    figure: str
    digits: int = 2


DELAYS = (
    Column("delay avg", "delay_avg_s"),
    Column("p50", "delay_p50_s"),
    Column("p90", "delay_p90_s"),
    Column("p95", "delay_p95_s"),
    Column("p99", "delay_p99_s"),
    Column("ideal avg", "ideal_avg_s"),
    Column("shown p50", "shown_p50_s"),
    Column("shown p95", "shown_p95_s"),
    Column("first word shown", "first_shown_s"),
    Column("first word committed", "first_committed_s"),
)
QUALITY = (
    Column("WER", "wer", 3),
    Column("committed in time", "share_in_time"),
    Column("shown in time", "share_shown_in_time"),
    Column("erasure of the committed", "committed_erasure"),
    Column("of the displayed", "displayed_erasure"),
    Column("of the displayed, as written", "displayed_erasure_written"),
)
COST = (
    Column("audio s per s", "throughput"),
    Column("CPU s per audio s", "cpu_s_per_audio_s"),
    Column("whisper", "cpu_s_per_audio_s.whisper"),
    Column("live_translation", "cpu_s_per_audio_s.live_translation"),
    Column("llm (apart)", "cpu_s_per_audio_s.llm"),
    Column("MiB per session", "memory_per_session_mib", 0),
    Column("MiB in all", "memory_peak_mib", 0),
)
TRANSLATION = (
    Column("first text p50", "translation_first_p50_s"),
    Column("p95", "translation_first_p95_s"),
    Column("whole p50", "translation_whole_p50_s"),
    Column("p95", "translation_whole_p95_s"),
)
GROUPS = {
    "Delays, seconds": DELAYS,
    "Right, steady, in time": QUALITY,
    "Cost": COST,
    "Translations after their final transcript, seconds": TRANSLATION,
}


def grid(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, label: str = "streams"
) -> tuple[list[str], list[list[str]]]:
    """Headings and cells; a column that no row has is left out."""
    present = [column for column in columns if any(spread_of(row, column.figure) for row in rows)]
    cells = []
    for row in rows:
        spreads = [spread_of(row, column.figure) for column in present]
        values = [one.text(column.digits) if one else "–" for one, column in zip(spreads, present, strict=True)]
        cells.append([str(row[label]), *values])
    return [label, *(column.heading for column in present)], cells


def figure_table(rows: Sequence[Mapping[str, Any]], *, title: str, label: str = "streams") -> Table:
    """For the terminal: a line a figure, a column a row of the report."""
    table = Table(title=title)
    table.add_column(label)
    for row in rows:
        table.add_column(str(row[label]), justify="right")
    for group, columns in GROUPS.items():
        headings, cells = grid(rows, columns, label=label)
        if len(headings) > 1:
            table.add_row(f"[bold]{group}[/]")
        for number, heading in enumerate(headings[1:], start=1):
            table.add_row(f"  {heading}", *(line[number] for line in cells))
        table.add_section()
    return table


def markdown_table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterable[str]:
    """The lines of a Markdown table."""
    yield f"| {' | '.join(headings)} |"
    yield f"| {' | '.join('---' for _ in headings)} |"
    yield from (f"| {' | '.join(line)} |" for line in lines)
