"""The reports of translation as tables: for the terminal (rich), and as Markdown for documents (``KINDS``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from loadtests.columns import Column, grid, markdown_table

Row = Mapping[str, Any]
Report = Mapping[str, Any]

QUALITY_HEADINGS = (
    "set", "languages", "variant", "sentences", "chrF", "BLEU", "unclean", "wrong language", "numbers kept",
    "lost silently", "terms kept", "missed silently", "untranslated", "failed", "requests",
)  # fmt: skip

THROUGHPUT = (
    Column("tokens/s, Triton", "triton_tokens_per_s", 1),
    Column("bare vLLM", "bare_tokens_per_s", 1),
    Column("Triton / bare", "throughput_ratio", 3),
    Column("× one at a time, Triton", "triton_batching", 1),
    Column("bare", "bare_batching", 1),
    Column("same text", "same_text"),
)
FIRST_TOKEN = (
    Column("first token p50, ms, Triton", "triton_ttft_p50_ms", 0),
    Column("bare", "bare_ttft_p50_ms", 0),
    Column("added, ms", "ttft_added_ms", 1),
    Column("p95, Triton", "triton_ttft_p95_ms", 0),
    Column("p95, bare", "bare_ttft_p95_ms", 0),
)
LATENCY = tuple(
    Column(f"sentence {part}, ms, {name}", f"{side}_latency_{part}_ms", 0)
    for part in ("p50", "p95", "p99")
    for side, name in (("triton", "Triton"), ("bare", "bare"))
)
SPEED_GROUPS = (THROUGHPUT, FIRST_TOKEN, LATENCY)

DELAY = (
    Column("StreamLAAL", "laal_s"),
    Column("ideal", "laal_ideal_s"),
    Column("word delay", "delay_avg_s"),
    Column("ideal", "delay_ideal_avg_s"),
    Column("p50", "delay_p50_s"),
    Column("p95", "delay_p95_s"),
    Column("first word", "first_committed_s"),
    Column("erasure of the displayed", "displayed_erasure"),
)
TARGET_TEXT = (
    Column("chrF, reference", "chrf_reference", 1),
    Column("chrF, offline", "chrf_offline", 1),
    Column("flagged", "flagged", 0),
    Column("untranslated", "untranslated", 0),
)
COST = (
    Column("llm requests", "llm_requests", 0),
    Column("prompt tokens", "prompt_tokens", 0),
    Column("generated tokens", "generation_tokens", 0),
    Column("prefix cache hits", "prefix_cache_hit_rate"),
    Column("CPU s", "cpu_s", 1),
    Column("of the llm", "cpu_s.llm", 1),
    Column("llm CPU, × one language", "llm_cpu_ratio"),
)
LIVE_GROUPS = (DELAY, TARGET_TEXT, COST)


def quality_table(rows: Sequence[Row], *, title: str) -> Table:
    """A line a set and variant, narrow enough for a terminal; :func:`quality_markdown` has every column."""
    table = Table(title=title)
    for heading in ("set, variant", "n", "chrF", "BLEU", "unclean", "language", "numbers", "terms", "passed", "failed"):
        table.add_column(heading, justify="left" if heading.startswith("set") else "right")
    for row in rows:
        table.add_row(
            f"{row['languages'] if row['set'] == row['languages'] else row['set'] + ' ' + row['languages']}"
            f", {row['variant']}",
            str(row["sentences"]),
            _number(row["chrf"]),
            _number(row["bleu"]),
            str(row["unclean"]),
            str(row["wrong_language"]),
            _kept(row["figures"], row["figures_lost"], row["figures_lost_silently"]),
            _kept(row["terms"], row["terms_missed"], row["terms_missed_silently"]),
            str(row["untranslated"]),
            str(row["failed"]),
        )
    table.caption = "unclean, language: translations with a violation, in a wrong language; passed: the source text"
    return table


def speed_table(rows: Sequence[Row], *, title: str) -> Table:
    """A column each number of sentences at once."""
    return _turned(rows, SPEED_GROUPS, title=title, label="concurrent")


def live_table(rows: Sequence[Row], *, title: str) -> Table:
    """A column each policy and set of languages."""
    return _turned(rows, LIVE_GROUPS, title=title, label="label")


def quality_markdown(report: Report) -> Iterable[str]:
    """Of a report of ``quality``."""
    yield f"{report['llm'] or 'llm not known'}, through {report['through']}."
    yield ""
    yield from markdown_table(QUALITY_HEADINGS, [_quality_cells(row) for row in report["rows"]])


def speed_markdown(report: Report) -> Iterable[str]:
    """Of a report of ``speed``."""
    yield f"{report['llm'] or 'llm not known'}, {report['languages']}; median of {report['rounds']} rounds."
    for group in SPEED_GROUPS:
        yield ""
        yield from markdown_table(*grid(report["rows"], group, label="concurrent"))


def live_markdown(report: Report) -> Iterable[str]:
    """Of a report of ``live``."""
    clip = f"{report['clip']}, {report['clip_s']} s"
    yield f"{report['llm'] or 'llm not known'}; {clip}; median of {report['runs']} runs."
    for group in LIVE_GROUPS:
        yield ""
        yield from markdown_table(*grid(report["rows"], group, label="label"))
    yield from (f"{row['label']}: {problem}" for row in report["rows"] for problem in dict.fromkeys(row["problems"]))


KINDS: dict[str, Callable[[Report], Iterable[str]]] = {
    "translation_quality": quality_markdown,
    "translation_speed": speed_markdown,
    "translation_live": live_markdown,
}
"""For loadtests.render: a report's kind and how it is written."""


def _turned(rows: Sequence[Row], groups: Sequence[Sequence[Column]], *, title: str, label: str) -> Table:
    table = Table(title=title)
    table.add_column(label)
    for row in rows:
        table.add_column(str(row[label]), justify="right")
    for group in groups:
        headings, cells = grid(rows, group, label=label)
        for number, heading in enumerate(headings[1:], start=1):
            table.add_row(heading, *(line[number] for line in cells))
        table.add_section()
    return table


def _quality_cells(row: Row) -> list[str]:
    return [
        str(row["set"]),
        str(row["languages"]),
        str(row["variant"]),
        str(row["sentences"]),
        _number(row["chrf"]),
        _number(row["bleu"]),
        str(row["unclean"]),
        str(row["wrong_language"]),
        _share(row["figures_kept"], row["figures"]),
        str(row["figures_lost_silently"]),
        _share(row["terms_kept"], row["terms"]),
        str(row["terms_missed_silently"]),
        str(row["untranslated"]),
        str(row["failed"]),
        str(row["attempts"]),
    ]


def _kept(of: int, lost: int, silently: int) -> str:
    """``19/20``, and how many were lost without a flag."""
    return "–" if not of else f"{of - lost}/{of}" + (f", {silently} silent" if silently else "")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _share(value: float | None, of: int) -> str:
    return "–" if value is None else f"{value:.2f} of {of}"
