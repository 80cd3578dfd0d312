"""How ``livetranslate top`` looks in a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group
from rich.table import Table
from rich.text import Text

from livetranslate_tools.monitoring.top_figures import Figures

LATE_S = 4.0
SLOW_S = 1.0
WAITING_S = 5.0
"""Where the alerts CaptionsLate, RecognitionSlow and AudioWaiting begin."""


def view(figures: Figures, *, url: str) -> Group:
    """The figures as lines and a table of models."""
    window = "since the server's start" if figures.window_s is None else f"in the last {figures.window_s:.0f} s"
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="bold", no_wrap=True)
    lines.add_column(overflow="fold")
    for title, text in _lines(figures):
        lines.add_row(title, text)
    return Group(Text(f"{url} · counts {window}", style="dim"), lines, Text(), _models(figures))


def _lines(figures: Figures) -> tuple[tuple[str, Text], ...]:
    refused, ended = figures.sessions_refused, figures.sessions_ended
    dropped = figures.partials_dropped
    return (
        (
            "sessions",
            Text.assemble(
                f"{figures.sessions_open:g} open · {figures.sessions_started:g} opened",
                f" · {figures.sessions_resumed:g} resumed",
                *(f" · {count:g} ended {outcome}" for outcome, count in ended.items()),
                *((f" · {count:g} refused {code}", "red") for code, count in refused.items()),
            ),
        ),
        (
            "audio",
            Text.assemble(
                f"{figures.audio_s:.1f} s in · ",
                (f"{figures.audio_waiting_s:.1f} s waiting", _style(figures.audio_waiting_s, WAITING_S)),
                f" · {figures.words:g} words · {figures.partials:g} partials",
                (f" · {dropped:g} left out" if dropped else "", "yellow"),
            ),
        ),
        (
            "word delay",
            Text.assemble(
                f"p50 {_seconds(figures.word_delay_p50_s)} · p95 ",
                (_seconds(figures.word_delay_p95_s), _style(figures.word_delay_p95_s, LATE_S)),
            ),
        ),
        (
            "recognition",
            Text.assemble("p95 ", (_seconds(figures.recognition_p95_s), _style(figures.recognition_p95_s, SLOW_S))),
        ),
        (
            "translation",
            Text.assemble(
                f"{_counts(figures.translations)} · p95 ",
                (_seconds(figures.translation_p95_s), _style(figures.translation_p95_s, LATE_S)),
                f" · fallbacks {_counts(figures.fallbacks)}",
            ),
        ),
        (
            "routes",
            Text(" · ").join(
                Text(f"{route} {state}", "red" if state == "open" else "") for route, state in figures.breakers.items()
            ),
        ),
        (
            "llm",
            Text(
                f"{figures.llm_running:g} running · {figures.llm_waiting:g} waiting"
                f" · cache {figures.llm_cache_share:.0%}",
                "yellow" if figures.llm_waiting else "",
            ),
        ),
        ("errors", Text(_counts(figures.errors), "red" if figures.errors else "")),
        ("warnings", Text(_counts(figures.warnings), "yellow" if figures.warnings else "")),
    )


def _models(figures: Figures) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("model", "version", "device", "requests", "failed", "p95", "waiting"):
        table.add_column(column, no_wrap=True, justify="left" if column in ("model", "version", "device") else "right")
    for model in figures.models:
        table.add_row(
            model.model,
            model.version,
            model.device or "–",
            f"{model.requests:g}",
            Text(f"{model.failures:g}", "red" if model.failures else ""),
            _seconds(model.p95_s),
            f"{model.waiting:g}",
        )
    return table


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f} s" if value >= 1.0 else f"{value * 1000:.0f} ms"


def _style(value: float | None, limit: float) -> str:
    return "red" if value is not None and value > limit else ""


def _counts(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{count:g} {name}" for name, count in counts.items()) or "none"
