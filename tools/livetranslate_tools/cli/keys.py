"""``livetranslate keys``: who may use the server, and how much."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from livetranslate.access import StoredKey
from livetranslate.access.directory import LOOK_EVERY_S
from livetranslate_tools.cli.serving import StateDir, folder, sentences
from livetranslate_tools.serving import tenancy
from livetranslate_tools.tenants import TenantRegistry

_app = typer.Typer(
    no_args_is_help=True,
    help="API keys of tenants and their quotas. With the first key, the server asks every caller for one.",
)
_Tenant = Annotated[str, typer.Argument(help="Lower-case letters, digits, '.', '_', '-'.")]


def register(app: typer.Typer) -> None:
    """Adds the ``keys`` commands."""
    app.add_typer(_app, name="keys")


@_app.command()
def create(
    tenant: _Tenant,
    *,
    expires_in_days: Annotated[float | None, typer.Option(help="From then on it is refused.", min=0.0)] = None,
    state_dir: StateDir = None,
) -> None:
    """Make a key and print it: once, it is kept only as a hash."""
    with sentences() as console:
        registry, state = _registry(state_dir), folder(state_dir)
        is_first = not registry.file.exists()
        key, stored = registry.create_key(tenant, expires_in_days=expires_in_days)
        tenancy.note(state, "key_created", tenant=tenant, key_id=stored.id)
        if is_first:
            console.print("From now on this server asks every caller for a key.", style="yellow")
        console.print(
            f"Key {stored.id} of {tenant}, in {registry.file}; running servers know it within {LOOK_EVERY_S:g} s.\n"
            f"For LIVETRANSLATE_API_KEYS instead of the file: {tenant}:{stored.id}:{stored.sha256}\n"
            "Keep the key; it is not shown again:",
            highlight=False,
            soft_wrap=True,
        )
        sys.stdout.write(key + "\n")


@_app.command("list")
def show(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    state_dir: StateDir = None,
) -> None:
    """Tenants, their quotas, and the ids of their keys."""
    with sentences() as console:
        registry = _registry(state_dir)
        content = registry.read()
        if as_json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n")
            return
        if not registry.file.exists():
            console.print(f"There is no {registry.file}: everybody who reaches the server may use it.", soft_wrap=True)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("tenant", "sessions", "audio min/day", "requests/min", "keys"):
            table.add_column(title)
        for tenant in content.tenants:
            keys = ", ".join(_named(key) for key in tenant.keys)
            quotas = tenant.quotas
            table.add_row(
                f"{tenant.name}{' (suspended)' if tenant.is_suspended else ''}",
                *(f"{value:g}" if value else "-" for value in msgspec.structs.astuple(quotas)),
                keys or "-",
            )
        Console().print(table, soft_wrap=True)


@_app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The id of the key, as `keys list` shows it.")],
    *,
    state_dir: StateDir = None,
) -> None:
    """Take a key out of use."""
    with sentences() as console:
        tenant = _registry(state_dir).revoke_key(key_id)
        tenancy.note(folder(state_dir), "key_revoked", tenant=tenant.name, key_id=key_id)
        console.print(f"The key {key_id} of {tenant.name} is no longer taken.", highlight=False)


@_app.command()
def quota(
    tenant: _Tenant,
    *,
    sessions: Annotated[int | None, typer.Option(help="Live sessions open at once; 0: no limit.", min=0)] = None,
    audio_minutes_per_day: Annotated[
        float | None, typer.Option(help="Minutes of live audio a day (UTC); 0: no limit.", min=0.0)
    ] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option(help="Requests to one model a minute; 0: no limit.", min=0)
    ] = None,
    state_dir: StateDir = None,
) -> None:
    """Change what a tenant may use."""
    with sentences() as console:
        quotas = _registry(state_dir).set_quotas(
            tenant,
            sessions=sessions,
            audio_minutes_per_day=audio_minutes_per_day,
            requests_per_minute=requests_per_minute,
        )
        facts = msgspec.structs.asdict(quotas)
        tenancy.note(folder(state_dir), "quotas_changed", tenant=tenant, **facts)
        console.print(f"{tenant}: {', '.join(f'{name} {value:g}' for name, value in facts.items())} (0: no limit)")


@_app.command()
def suspend(
    tenant: _Tenant,
    *,
    lift: Annotated[bool, typer.Option("--lift", help="Take its keys again.")] = False,
    state_dir: StateDir = None,
) -> None:
    """Refuse all keys of a tenant for a while."""
    with sentences() as console:
        _registry(state_dir).suspend(tenant, is_suspended=not lift)
        tenancy.note(folder(state_dir), "tenant_admitted" if lift else "tenant_suspended", tenant=tenant)
        console.print(f"{tenant} is {'admitted again' if lift else 'suspended'}.")


@_app.command()
def remove(tenant: _Tenant, *, state_dir: StateDir = None) -> None:
    """Remove a tenant with its keys (what the audit log has of it: `livetranslate audit forget`)."""
    with sentences() as console:
        _registry(state_dir).remove(tenant)
        tenancy.note(folder(state_dir), "tenant_removed", tenant=tenant)
        console.print(f"{tenant} is removed.")


def _named(key: StoredKey) -> str:
    if key.expires_at is None:
        return key.id
    return f"{key.id} ({'expired' if key.is_expired() else f'until {key.expires_at:%Y-%m-%d %H:%M}Z'})"


def _registry(state_dir: StateDir) -> TenantRegistry:
    return TenantRegistry(tenancy.tenants_file(folder(state_dir)))
