"""``python -m loadtests.faults malformed``: thousands of malformed requests beside sessions that must not notice."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any

import typer
from rich.console import Console

from loadtests.faults.bad_requests import KINDS, malformed_requests
from loadtests.faults.delivery.verdict import Fate
from loadtests.faults.malformed_run import Campaign, Delivered
from loadtests.faults.neighbours import Neighbours
from loadtests.faults.options import (
    Clip,
    HttpUrl,
    Llm,
    Report,
    Seed,
    Sessions,
    Targets,
    Url,
    languages,
    run,
    sentences,
    terminal,
)
from loadtests.faults.server import Server, under_test
from loadtests.faults.tables import malformed_tables, write
from loadtests.live.clips import find
from loadtests.live.disturbances import Site
from loadtests.live.unreliable_network import UnreliableNetwork
from loadtests.machine import setting

EVERY = 500
"""Requests between two lines that say how far it is."""


def main(
    *,
    count: Annotated[int, typer.Option(help="Requests.", min=1)] = 10_000,
    seed: Seed = 1,
    url: Url = "",
    http_url: HttpUrl = "",
    llm: Llm = "",
    kinds: Annotated[str, typer.Option(help=f"Of these only, comma-separated: {', '.join(KINDS)}.")] = ",".join(KINDS),
    first: Annotated[int, typer.Option(help="Leave out those before this number.", min=0)] = 0,
    parallel: Annotated[int, typer.Option(help="Requests under way at once.", min=1)] = 4,
    deadline: Annotated[float, typer.Option(help="Seconds after which a request counts as hung.")] = 30.0,
    sessions: Sessions = 2,
    clip: Clip = "jfk",
    targets: Targets = "",
    confirm: Annotated[bool, typer.Option(help="Send hung and suspect requests again, each alone.")] = True,
    report: Report = None,
) -> None:
    """Sends malformed requests to every model while live sessions run beside them."""
    console = terminal()
    with sentences(console), under_test(url, http_url=http_url, llm=llm, console=console) as server:
        chosen = find(clip)
        details = setting("loadtests.faults") | {"kind": "faults_malformed", "seed": seed, "count": count}
        began = time.monotonic()
        requests = malformed_requests(count, seed=seed, kinds=[name for name in kinds.split(",") if name])
        for _ in zip(range(first), requests, strict=False):
            continue
        campaign = Campaign(
            server, first=first, deadline_s=deadline, parallel=parallel, tell=lambda one: _tell(console, one)
        )
        neighbours = run(
            _beside(server, campaign, requests, chosen, sessions=sessions, targets=languages(targets), confirm=confirm)
        )
        content = details | _content(campaign, neighbours, took_s=time.monotonic() - began)
    for part in malformed_tables(content):
        console.print(part)
    write(content, report)
    if content["crashes"] or content["hangs"] or content["neighbours"]["disturbed"]["lost_sessions"]:
        raise typer.Exit(1)


async def _beside(
    server: Server, campaign: Campaign, requests: Any, clip: Any, *, sessions: int, targets: list[str], confirm: bool
) -> Neighbours:
    async with UnreliableNetwork(server.grpc_url) as network:
        neighbours = Neighbours(Site(server.grpc_url, server.state, network), clip, sessions, targets)
        if sessions:
            await neighbours.be_calm()
        over = asyncio.Event()
        speaking = asyncio.create_task(neighbours.speak_until(over)) if sessions else None
        try:
            await campaign.run(requests)
        finally:
            over.set()
            if speaking is not None:
                await speaking
        if confirm:
            await campaign.confirm()
        return neighbours


def _content(campaign: Campaign, neighbours: Neighbours, *, took_s: float) -> dict[str, Any]:
    return {
        "took_s": round(took_s, 1),
        "by_kind": {
            kind: {fate.value: campaign.counts[kind, fate] for fate in Fate if campaign.counts[kind, fate]}
            for kind in KINDS
            if any(name == kind for name, _ in campaign.counts)
        },
        "codes": {f"{fate.value}: {code}": number for (fate, code), number in campaign.codes.most_common() if code},
        "samples": {f"{fate.value}: {code}": texts for (fate, code), texts in campaign.samples.items()},
        "crashes": [{"model": one.model, "pid": one.pid} for one in campaign.crashes],
        "hangs": sum(_still_hangs(one) for one in campaign.remarkable),
        "remarkable": [_remarkable(one) for one in campaign.remarkable],
        "neighbours": neighbours.figures(),
    }


def _tell(console: Console, one: Delivered) -> None:
    if (one.number + 1) % EVERY == 0:
        console.print(f"request {one.number + 1:,}", highlight=False)


def _still_hangs(one: Delivered) -> bool:
    """Without an answer also when it was sent alone (or was not sent again)."""
    return one.verdict.fate is Fate.HANG and (one.again is None or one.again.fate is Fate.HANG)


def _remarkable(one: Delivered) -> dict[str, Any]:
    again = one.again
    return {
        "number": one.number,
        "kind": one.request.kind,
        "model": one.request.model,
        "door": one.request.door.value,
        "what": one.request.what,
        "fate": one.verdict.fate.value,
        "code": one.verdict.code,
        "text": one.verdict.text,
        "took_s": one.verdict.took_s,
        "alone": None if again is None else {"fate": again.fate.value, "code": again.code, "took_s": again.took_s},
        "ended": one.ended,
    }
