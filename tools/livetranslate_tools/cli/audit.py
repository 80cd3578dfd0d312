"""``livetranslate audit``: who used and administered the server; is the record whole; taking facts out of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from livetranslate.audit import AuditLog, Kind, Record, forget, retain, verify
from livetranslate.audit.verification import read
from livetranslate_tools.cli.serving import StateDir, folder, sentences
from livetranslate_tools.serving import tenancy
from livetranslate_tools.serving.errors import ServingError

_app = typer.Typer(no_args_is_help=True, help="The audit log: verify, show, forget a tenant, remove what is old.")


def register(app: typer.Typer) -> None:
    """Adds the ``audit`` commands."""
    app.add_typer(_app, name="audit")


@_app.command("verify")
def check(*, state_dir: StateDir = None) -> None:
    """Check every line, its place in the chain, and the log's end; exit code 1 if one is not as it was written."""
    with _log(state_dir) as (log, console):
        report = verify(log.folder, log.key)
        for problem in report.problems:
            console.print(problem, style="red", markup=False, highlight=False, soft_wrap=True)
        if not report.is_whole:
            raise ServingError(f"The audit log in {log.folder} is not as it was written.")
        period = f", {report.first_at} to {report.last_at}" if report.records else ""
        forgotten = f", {report.forgotten} of them forgotten" if report.forgotten else ""
        console.print(f"Whole: {report.records} records{forgotten}{period}.", highlight=False, soft_wrap=True)


@_app.command()
def show(
    *,
    tenant: Annotated[str, typer.Option(help="Only this tenant's.")] = "",
    kind: Annotated[Kind | None, typer.Option(help="Only this kind.")] = None,
    lines: Annotated[int, typer.Option("-n", "--lines", help="The newest so many.", min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    state_dir: StateDir = None,
) -> None:
    """The newest records."""
    with _log(state_dir) as (log, _):
        wanted = [
            record
            for record in read(log.folder)
            if (kind is None or record.kind is kind) and (not tenant or (record.body or {}).get("tenant") == tenant)
        ]
        for record in wanted[-lines:]:
            sys.stdout.write(_json(record) if as_json else _line(record))


@_app.command("forget")
def forget_tenant(
    tenant: Annotated[str, typer.Argument(help="Whose records lose their facts.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    state_dir: StateDir = None,
) -> None:
    """Delete what the log says of a tenant. The lines stay, empty, so that the chain can still be verified."""
    with _log(state_dir) as (log, console):
        if not yes and not typer.confirm(f"Delete everything that {log.folder} says of {tenant}?"):
            raise typer.Exit(1)
        console.print(f"{forget(log, tenant)} records of {tenant} were emptied.", highlight=False)


@_app.command("retain")
def retain_days(
    *,
    days: Annotated[float, typer.Option(help="Files whose newest record is older are removed.", min=0.0)],
    state_dir: StateDir = None,
) -> None:
    """Remove what is older than so many days; run it daily (cron, a systemd timer)."""
    with _log(state_dir) as (log, console):
        console.print(f"{retain(log, days)} records older than {days:g} days were removed.", highlight=False)


@contextmanager
def _log(state_dir: StateDir) -> Iterator[tuple[AuditLog, Console]]:
    with sentences() as console:
        state = folder(state_dir)
        if not tenancy.audit_folder(state).is_dir():
            raise ServingError(
                f"There is no audit log in {tenancy.audit_folder(state)}: nothing was served from there."
            )
        try:
            yield tenancy.audit_log(state), console
        except (OSError, ValueError) as error:
            raise ServingError(f"The audit log: {error}") from error


def _json(record: Record) -> str:
    shown = {"seq": record.seq, "at": record.at, "kind": record.kind, **(record.body or {"forgotten": True})}
    return msgspec.json.encode(shown).decode() + "\n"


def _line(record: Record) -> str:
    facts = [f"{name}={_text(value)}" for name, value in (record.body or {}).items()]
    return f"{record.at[:19]}Z {record.seq:>6} {record.kind.value:<16} {' '.join(facts) or '(forgotten)'}\n"


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
