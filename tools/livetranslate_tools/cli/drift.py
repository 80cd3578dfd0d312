"""``livetranslate drift``: is what comes in and goes out still what it was? From metrics alone; see docs/drift.md."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from livetranslate_tools.cli.serving import terminable
from livetranslate_tools.drift import durations, gauges
from livetranslate_tools.drift.endpoint import MetricsEndpoint
from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.judging import SIGNIFICANCE, Judge, Judgement, Verdict
from livetranslate_tools.drift.prometheus import PrometheusServer
from livetranslate_tools.drift.reference import Reference, load
from livetranslate_tools.drift.signals import BY_SIGNAL, SIGNALS
from livetranslate_tools.drift.sustained import WINDOWS_IN_A_ROW, DriftState
from livetranslate_tools.drift.window import Window
from livetranslate_tools.serving.plan import Ports

NO_DRIFT, DRIFT, UNKNOWN = 0, 1, 2

_app = typer.Typer(no_args_is_help=True, help="Drift of speech and captions, from the server's metrics alone.")
_reference_app = typer.Typer(no_args_is_help=True, help="What counts as usual.")
_app.add_typer(_reference_app, name="reference")

_Url = Annotated[str, typer.Option(help="The server's metrics endpoint, read again and again.")]
_Prometheus = Annotated[
    str | None,
    typer.Option(help="Take the windows from this Prometheus server instead, at once.", show_default=False),
]
_Selector = Annotated[str, typer.Option(help="With --prometheus: only samples with these labels, 'job=\"east\"'.")]
_UsualOption = Annotated[
    str,
    typer.Option(
        "--reference", help="File of 'reference save'; with --prometheus also a length of time before now, 7d."
    ),
]
_WindowOption = Annotated[
    str | None, typer.Option("--window", help="Length of a window; the reference's own.", show_default=False)
]
_InARow = Annotated[int, typer.Option(help="Windows in a row that must be shifted.", min=1)]
_Significance = Annotated[float, typer.Option(help="p value below which a window is unusual.", min=1e-6, max=0.5)]
_DEFAULT_URL = Ports().metrics_url
_DEFAULT_WINDOW = "15m"

Source = MetricsEndpoint | PrometheusServer


def register(app: typer.Typer) -> None:
    """Adds the ``drift`` commands."""
    app.add_typer(_app, name="drift")


@_reference_app.command("save")
def save_reference(
    file: Annotated[Path, typer.Argument(help="JSON file for it: counts only.")],
    *,
    reference: Annotated[str, typer.Option(help="How long a time counts as usual, ending now.")] = "7d",
    window: Annotated[str, typer.Option(help="Length of a window; at least some ten utterances long.")] = "15m",
    url: _Url = _DEFAULT_URL,
    prometheus: _Prometheus = None,
    selector: _Selector = "",
) -> None:
    """Note how things usually are. From a metrics endpoint this takes as long as --reference says."""
    with _sentences() as console:
        window_s, length_s = durations.seconds(window), durations.seconds(reference)
        count = int(length_s // window_s)
        source = _source(url, prometheus, selector, window_s)
        if isinstance(source, MetricsEndpoint):
            console.print(f"Reading {source.url} every {window} for {reference} …", highlight=False, markup=False)
        made = Reference.of(source.past(count), window_s=window_s)
        made.save(file)
        for signal in SIGNALS:
            console.print(f"{signal.name}: {len(made.usable(signal))} of {count} windows are usable", highlight=False)
        console.print(f"Saved {file}.", highlight=False, soft_wrap=True)


@_app.command()
def check(
    *,
    reference: _UsualOption,
    window: _WindowOption = None,
    url: _Url = _DEFAULT_URL,
    prometheus: _Prometheus = None,
    selector: _Selector = "",
    in_a_row: _InARow = WINDOWS_IN_A_ROW,
    significance: _Significance = SIGNIFICANCE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Hold the last windows against the reference; exit code 0: no drift, 1: drift, 2: it cannot be judged.

    From a metrics endpoint this takes as long as the windows: it remembers nothing.
    """
    with _sentences():
        usual, windows = _both(reference, window, url, prometheus, selector, in_a_row)
        state, judge = DriftState(in_a_row), Judge(usual, significance=significance)
        for one in windows:
            state.add(judge.judge(one))
        if as_json:
            rows = {"drifted": state.drifted, "signals": state.latest}
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n")
        else:
            out = Console()
            out.width = out.width if out.is_terminal else 140
            out.print(_table(state))
        if not state.was_judged:
            raise DriftError("No signal could be judged: there is too little in these windows, or in the reference.")
    if state.drifted:
        raise typer.Exit(DRIFT)


@_app.command()
def report(
    *,
    html: Annotated[Path, typer.Option(help="File for the page.")],
    reference: _UsualOption,
    window: _WindowOption = None,
    url: _Url = _DEFAULT_URL,
    prometheus: _Prometheus = None,
    selector: _Selector = "",
    in_a_row: _InARow = WINDOWS_IN_A_ROW,
    significance: _Significance = SIGNIFICANCE,
) -> None:
    """Write a page with the usual and the present distributions of every signal."""
    from livetranslate_tools.drift.report import render, write

    with _sentences() as console:
        usual, windows = _both(reference, window, url, prometheus, selector, in_a_row)
        write(html, render(usual, windows, in_a_row=in_a_row, significance=significance))
        console.print(f"Wrote {html}.", highlight=False, soft_wrap=True)


@_app.command()
def watch(
    *,
    reference: _UsualOption,
    window: _WindowOption = None,
    url: _Url = _DEFAULT_URL,
    prometheus: _Prometheus = None,
    selector: _Selector = "",
    in_a_row: _InARow = WINDOWS_IN_A_ROW,
    significance: _Significance = SIGNIFICANCE,
    metrics_file: Annotated[
        Path | None, typer.Option(help="Write the gauges here (.prom) for node_exporter.", show_default=False)
    ] = None,
    listen: Annotated[
        str | None, typer.Option(help="Serve the gauges at host:port/metrics.", show_default=False)
    ] = None,
) -> None:
    """Judge window after window until Ctrl-C; say so when a signal begins to drift."""
    with _sentences() as console, terminable(), contextlib.ExitStack() as stack:
        usual, window_s = _usual(reference, window, prometheus, selector)
        judge, state = Judge(usual, significance=significance), DriftState(in_a_row)
        served = stack.enter_context(contextlib.closing(gauges.GaugePage(listen))) if listen else None
        if metrics_file is not None:
            gauges.write(metrics_file, gauges.page(state, window_end_s=None))
        if served is not None:
            console.print(f"Gauges at {served.url}", highlight=False, markup=False, soft_wrap=True)
        source = _source(url, prometheus, selector, window_s)
        for one in source.live(lambda problem: console.print(problem, style="yellow", markup=False, soft_wrap=True)):
            begun = state.add(judge.judge(one))
            text = gauges.page(state, window_end_s=one.end_s)
            if served is not None:
                served.show(text)
            if metrics_file is not None:
                gauges.write(metrics_file, text)
            console.print(_line(one, state), style="red" if state.drifted else None, highlight=False, soft_wrap=True)
            for name in begun:
                console.print(f"Drift of {name}. {BY_SIGNAL[name].action}", style="red", markup=False, soft_wrap=True)


def _both(
    reference: str, window: str | None, url: str, prometheus: str | None, selector: str, in_a_row: int
) -> tuple[Reference, list[Window]]:
    """The reference, and the last windows."""
    usual, window_s = _usual(reference, window, prometheus, selector, before=in_a_row)
    return usual, _source(url, prometheus, selector, window_s).past(in_a_row)


def _usual(
    reference: str, window: str | None, prometheus: str | None, selector: str, *, before: int = 0
) -> tuple[Reference, float]:
    """The reference and the length of a window; of a length of time, what ended ``before`` windows ago."""
    file = Path(reference)
    if not durations.is_duration(reference) or file.exists():
        usual = load(file)
        window_s = durations.seconds(window) if window else usual.window_s
        return usual, window_s
    if prometheus is None:
        raise DriftError(
            f"A reference of {reference} needs a Prometheus server (--prometheus URL): a metrics endpoint remembers "
            "nothing. Or save one to a file with 'livetranslate drift reference save'."
        )
    window_s = durations.seconds(window or _DEFAULT_WINDOW)
    source = PrometheusServer(prometheus, window_s=window_s, selector=selector)
    count = int(durations.seconds(reference) // window_s)
    windows = source.past(count, ending_s=time.time() - before * window_s)
    return Reference.of(windows, window_s=window_s), window_s


def _source(url: str, prometheus: str | None, selector: str, window_s: float) -> Source:
    if prometheus is not None:
        return PrometheusServer(prometheus, window_s=window_s, selector=selector)
    return MetricsEndpoint(url, window_s=window_s)


def _table(state: DriftState) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("signal", "state", "score", "p value", "observations", "count as", "why"):
        table.add_column(title, justify="left" if title in ("signal", "state", "why") else "right")
    for one in state.latest:
        is_drift = one.signal in state.drifted
        table.add_row(
            one.signal,
            "drift" if is_drift else one.verdict.value,
            _score(one),
            "-" if one.p_value is None else f"{one.p_value:.2g}",
            f"{one.observations:.0f}",
            "-" if one.effective is None else f"{one.effective:.0f}",
            BY_SIGNAL[one.signal].action if is_drift else one.why,
            style="red" if is_drift else None,
        )
    return table


def _line(window: Window, state: DriftState) -> str:
    shifted = [one for one in state.latest if one.verdict is Verdict.SHIFTED]
    judged = sum(one.verdict is not Verdict.UNJUDGED for one in state.latest)
    said = ", ".join(f"{one.signal} {_score(one)}" for one in shifted) or "nothing shifted"
    at = datetime.fromtimestamp(window.end_s, timezone.utc)
    drifting = f"; drift: {', '.join(state.drifted)}" if state.drifted else ""
    return f"{at:%H:%M:%S} UTC: {judged} of {len(SIGNALS)} signals judged; {said}{drifting}"


def _score(one: Judgement) -> str:
    if one.score is None:
        return "-"
    return f"{one.score:+.0%}" if one.limits else f"{one.score:.3f}"


@contextmanager
def _sentences() -> Iterator[Console]:
    """A console on standard error; a failure becomes its sentence and exit code 2, Ctrl-C exit code 130."""
    console = Console(stderr=True)
    try:
        yield console
    except DriftError as error:
        console.print(f"livetranslate: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(UNKNOWN) from None
    except KeyboardInterrupt:
        console.print("Interrupted.")
        raise typer.Exit(130) from None
