"""``livetranslate monitoring``: Prometheus, Alertmanager, Grafana and Promtail from one description."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from livetranslate_tools import paths
from livetranslate_tools.cli.serving import StateDir
from livetranslate_tools.monitoring import checking, folder, table, top
from livetranslate_tools.monitoring.settings import DEFAULT_TARGET, MonitoringError, MonitoringSettings
from livetranslate_tools.monitoring.top_pages import Endpoint
from livetranslate_tools.serving import record
from livetranslate_tools.serving.plan import Ports

_app = typer.Typer(no_args_is_help=True, help="Prometheus, Alertmanager, Grafana and Promtail files: write, check.")


def register(app: typer.Typer) -> None:
    """Adds the ``monitoring`` commands and ``top``."""
    app.add_typer(_app, name="monitoring")
    app.command("top", help="Sessions, delays, translations, models and errors of a server, as they change.")(show_top)


@_app.command("write")
def write(
    target_folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files go; made if missing.")],
    *,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--target", metavar="HOST:PORT", help=f"A metrics endpoint; repeatable. [default: {DEFAULT_TARGET}]"
        ),
    ] = None,
    drift_targets: Annotated[
        list[str] | None,
        typer.Option("--drift-target", metavar="HOST:PORT", help="Page of 'drift watch --listen'; repeatable."),
    ] = None,
    interval: Annotated[str, typer.Option(help="Between two scrapes.")] = MonitoringSettings.interval,
    webhook: Annotated[str, typer.Option(metavar="URL", help="Told of every alert.")] = "",
    webhook_token_file: Annotated[Path | None, typer.Option(help="File with a bearer token for the webhook.")] = None,
    pagerduty_key_file: Annotated[
        Path | None, typer.Option(help="File with PagerDuty's integration key; told of critical alerts.")
    ] = None,
    expect_device: Annotated[
        list[str] | None,
        typer.Option(metavar="MODEL=DEVICE", help="Alert when the model runs elsewhere, e.g. whisper=GPU; repeatable."),
    ] = None,
    runbooks: Annotated[str, typer.Option(help="Folder or URL of the runbooks.")] = MonitoringSettings.runbooks,
    alertmanager: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="The Alertmanager.")
    ] = MonitoringSettings.alertmanager,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="Prometheus, as Grafana reaches it.")
    ] = MonitoringSettings.prometheus,
    loki: Annotated[str, typer.Option(metavar="URL", help="Loki, for Promtail and Grafana.")] = MonitoringSettings.loki,
    state_dirs: Annotated[
        list[Path] | None, typer.Option("--state-dir", help="State folder whose logs Promtail reads; repeatable.")
    ] = None,
) -> None:
    """Write every file into FOLDER: prometheus/, alertmanager/, grafana/, promtail/."""
    with _sentences():
        settings = MonitoringSettings(
            targets=tuple(targets) if targets else (DEFAULT_TARGET,),
            drift_targets=tuple(drift_targets or ()),
            interval=interval,
            runbooks=runbooks,
            expected_devices=dict(map(_pair, expect_device or ())),
            alertmanager=alertmanager,
            webhook=webhook,
            webhook_token_file=_absolute(webhook_token_file),
            pagerduty_key_file=_absolute(pagerduty_key_file),
            loki=loki,
            prometheus=prometheus,
            logs=tuple(state.expanduser().absolute() / "logs" for state in state_dirs or (paths.state_dir(),)),
        )
        for path in folder.write(target_folder.expanduser().absolute(), settings):
            typer.echo(path)
        if not (settings.webhook or settings.pagerduty_key_file):
            typer.echo("No one is told of alerts: give --webhook or --pagerduty-key-file.", err=True)


@_app.command("check")
def check() -> None:
    """Check what is generated with promtool and amtool; exit code 1 if something is wrong or a tool is missing."""
    with _sentences() as console, tempfile.TemporaryDirectory() as name:
        folder.write(Path(name), MonitoringSettings())
        verdicts = list(checking.check(Path(name)))
        for verdict in verdicts:
            word = {True: "good", False: "WRONG", None: "not checked"}[verdict.is_good]
            typer.echo(f"{verdict.what}: {word}")
            if not verdict.is_good:
                console.print(verdict.said, markup=False, highlight=False, soft_wrap=True)
    if not all(verdict.is_good for verdict in verdicts):
        raise typer.Exit(1)


@_app.command("table")
def write_tables(
    *,
    docs: Annotated[Path, typer.Option(help="Folder with metrics.md and monitoring.md.")] = Path("docs"),
) -> None:
    """Make the tables of docs/metrics.md and docs/monitoring.md anew; for who changes the description."""
    with _sentences():
        for name, made in (("metrics.md", table.metrics_page), ("monitoring.md", table.alerts_page)):
            page = docs / name
            if not page.is_file():
                raise MonitoringError(f"There is no {page}; run this in the project's folder, or give --docs.")
            page.write_text(made(page.read_text(encoding="utf-8")), encoding="utf-8")
            typer.echo(page)


def show_top(
    *,
    url: Annotated[
        str,
        typer.Option(
            help="The metrics endpoint, of this machine or another.", show_default="that of --state-dir's server"
        ),
    ] = "",
    once: Annotated[bool, typer.Option("--once", help="Show it once; counts are since the server's start.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    interval_s: Annotated[float, typer.Option("--interval", help="Seconds between two readings.", min=0.5)] = 2.0,
    window_s: Annotated[float, typer.Option("--window", help="Seconds that counts and delays are of.", min=1.0)] = 60.0,
    state_dir: StateDir = None,
) -> None:
    """Shows a server's figures until Ctrl-C."""
    with _sentences():
        endpoint = Endpoint(url or _url_of(state_dir))
        console = Console() if sys.stdout.isatty() else Console(width=140)
        try:
            top.show(endpoint, console, interval_s=interval_s, window_s=window_s, once=once, as_json=json)
        except KeyboardInterrupt:
            return


def _url_of(state_dir: Path | None) -> str:
    """Where the server of a state folder reports; the usual port when nothing was served from it."""
    served = record.read((state_dir or paths.state_dir()).expanduser().absolute())
    return (served.ports if served else Ports()).metrics_url


def _absolute(path: Path | None) -> Path | None:
    return path.expanduser().absolute() if path else None


def _pair(text: str) -> tuple[str, str]:
    model, separator, device = text.partition("=")
    if not (separator and model.replace("_", "").isalnum() and device.replace(".", "").isalnum()):
        raise typer.BadParameter(f"{text!r} is not MODEL=DEVICE, e.g. whisper=GPU", param_hint="--expect-device")
    return model, device


@contextmanager
def _sentences() -> Iterator[Console]:
    console = Console(stderr=True)
    try:
        yield console
    except MonitoringError as error:
        console.print(f"livetranslate: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
