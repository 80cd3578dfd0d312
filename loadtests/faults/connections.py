"""``python -m loadtests.faults connections``: clients that hold connections and do nothing, beside live sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from loadtests.faults.chaos_figures import difference
from loadtests.faults.held import held, settled
from loadtests.faults.neighbours import Neighbours, side
from loadtests.faults.options import (
    Clip,
    HttpUrl,
    Llm,
    Report,
    Sessions,
    Targets,
    Url,
    languages,
    run,
    sentences,
    terminal,
)
from loadtests.faults.process_watch import ProcessWatch
from loadtests.faults.recovery import fresh_session
from loadtests.faults.server import Server, under_test
from loadtests.faults.slow_clients import Crowd, Kind, kinds
from loadtests.faults.tables import connection_tables, write
from loadtests.live.clips import find
from loadtests.live.disturbances import Site
from loadtests.live.unreliable_network import UnreliableNetwork
from loadtests.machine import setting

BEFORE_S = 2.0
"""The sessions have begun before the crowd comes."""


def main(
    *,
    count: Annotated[int, typer.Option(help="Clients of one kind at once.", min=1)] = 500,
    url: Url = "",
    http_url: HttpUrl = "",
    llm: Llm = "",
    names: Annotated[str, typer.Option("--kinds", help=f"Comma-separated: {', '.join(kinds())}.")] = ",".join(kinds()),
    sessions: Sessions = 1,
    clip: Clip = "jfk",
    targets: Targets = "es",
    report: Report = None,
) -> None:
    """Opens hundreds of connections at once that stay silent or slow while live sessions run."""
    console = terminal()
    known = kinds()
    wanted = [name for name in names.split(",") if name]
    if unknown := [name for name in wanted if name not in known]:
        raise typer.BadParameter(f"{', '.join(unknown)}: no such kind; known: {', '.join(known)}.")
    details = setting("loadtests.faults") | {"kind": "faults_connections", "count": count}
    with sentences(console), under_test(url, http_url=http_url, llm=llm, console=console) as server:
        heard = find(clip)

        async def campaign() -> tuple[list[dict[str, Any]], Neighbours]:
            async with UnreliableNetwork(server.grpc_url) as network:
                site = Site(server.grpc_url, server.state, network)
                neighbours = Neighbours(site, heard, sessions, languages(targets))
                await neighbours.be_calm()
                rows = [await _crowd(name, known[name], server, neighbours, count=count) for name in wanted]
                return rows, neighbours

        rows, neighbours = run(campaign())
    content = details | {"rows": rows, "neighbours": neighbours.figures()}
    for part in connection_tables(content):
        console.print(part)
    write(content, report)
    if any(_suffered(row) for row in rows):
        raise typer.Exit(1)


def _suffered(row: dict[str, Any]) -> bool:
    return bool(row["crashes"] or row["lost_sessions"] or not row["fresh_meanwhile"])


async def _crowd(name: str, kind: Kind, server: Server, neighbours: Neighbours, *, count: int) -> dict[str, Any]:
    """One crowd while the sessions run, and a new caller in the middle of it."""
    before = await asyncio.to_thread(held, server)
    watch = ProcessWatch(server)
    speaking = asyncio.create_task(neighbours.speak_once())
    await asyncio.sleep(BEFORE_S)
    crowd = Crowd(kind, count)
    address = server.http_address if kind.is_http else server.grpc_url
    staying = asyncio.create_task(crowd.stay(address, seconds=neighbours.clip.duration_s))
    await asyncio.sleep(BEFORE_S)
    fresh = await fresh_session(server.grpc_url)
    await staying
    outcomes = await speaking
    after = await settled(server, before)
    crashed: Sequence[Any] = await asyncio.to_thread(watch.look)
    told = side(outcomes, neighbours.clip)
    return {
        "name": name,
        "what": kind.what,
        "connected": crowd.connected,
        "refused": dict(crowd.refused),
        "closed": crowd.closed,
        "connect_s": round(crowd.connect_s, 3),
        "fresh_meanwhile": fresh.heard,
        "fresh_failure": fresh.failure,
        "crashes": [one.model for one in crashed],
        "left": difference(before, after),
        "before": asdict(before),
        **{key: value for key, value in told.items() if key != "outcomes"},
    }
