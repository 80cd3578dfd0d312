"""``python -m loadtests.faults chaos``: one fault at a time while sessions run, and what they lose by it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from loadtests.faults import false_clock, private_mounts
from loadtests.faults.chaos_figures import row
from loadtests.faults.chaos_run import Try, one_try
from loadtests.faults.damaged_cache import damaged_caches
from loadtests.faults.ground import Ground
from loadtests.faults.inflictions import CLOCK, FAULTS
from loadtests.faults.neighbours import Neighbours
from loadtests.faults.options import (
    Clip,
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
from loadtests.faults.server import under_test
from loadtests.faults.tables import chaos_tables, write
from loadtests.live.clips import find
from loadtests.live.disturbances import Site
from loadtests.live.unreliable_network import UnreliableNetwork
from loadtests.machine import setting

CACHE = "damaged-cache"
NAMES = (*FAULTS, CACHE)
Speakers = Callable[[Ground], Neighbours]


def main(
    *,
    runs: Annotated[int, typer.Option(help="Tries of each fault.", min=1)] = 3,
    seed: Seed = 1,
    url: Url = "",
    llm: Llm = "",
    faults: Annotated[str, typer.Option(help=f"Comma-separated: {', '.join(NAMES)}.")] = ",".join(NAMES),
    sessions: Sessions = 1,
    clip: Clip = "jfk",
    repeat: Annotated[int, typer.Option(help="They hear it so many times in a row.", min=1)] = 3,
    targets: Targets = "es",
    report: Report = None,
) -> None:
    """Inflicts one fault at a time on a server while live sessions run, and waits until it serves again."""
    console = terminal()
    names = [name for name in faults.split(",") if name]
    if unknown := [name for name in names if name not in NAMES]:
        raise typer.BadParameter(f"{', '.join(unknown)}: no such fault; known: {', '.join(NAMES)}.")
    if not url:
        private_mounts.enter()
    content = setting("loadtests.faults") | {"kind": "faults_chaos", "seed": seed, "runs": runs, "rows": []}
    with sentences(console):
        heard = find(clip, repeat=repeat)

        def speakers(ground: Ground) -> Neighbours:
            site = Site(ground.server.grpc_url, ground.server.state, ground.network)
            return Neighbours(site, heard, sessions, languages(targets))

        content["damaged_caches"] = damaged_caches(seed=seed) if CACHE in names else []
        # The false clock may change more than the clock: its server is one of its own.
        has_clock = not url and false_clock.compiler() is not None
        for group in (
            [name for name in names if name in FAULTS and not (name == CLOCK and has_clock)],
            [CLOCK] if CLOCK in names and has_clock else [],
        ):
            while group:  # a fault may end a server for good: the next one gets another
                with _prepared(url, llm=llm, with_clock=group == [CLOCK], console=console) as ground:
                    group = run(_campaign(ground, group, speakers, content, report, console=console))
                if url and group:
                    content["ended_by"] = f"before {group[0]}: the server at {url} is gone."
                    break
    write(content, report)
    for part in chaos_tables(content):
        console.print(part)
    if "ended_by" in content or any(one["recovered"] < one["tries"] or one["lost_sessions"] for one in content["rows"]):
        raise typer.Exit(1)


async def _campaign(
    ground: Ground, names: Sequence[str], speakers: Speakers, content: dict[str, Any], report: Path | None, *,
    console: Console,
) -> list[str]:  # fmt: skip
    """The faults of one server; their lines are added to the report. Returns those that are left when it has ended."""
    async with UnreliableNetwork(ground.server.grpc_url) as network:
        ground = replace(ground, network=network)
        neighbours = speakers(ground)
        await neighbours.be_calm()
        await neighbours.be_calm()
        content.setdefault("neighbours", neighbours.figures())
        for number, name in enumerate(names, start=1):
            content["rows"].append(await _tries(name, ground, neighbours, content, console=console))
            write(content, report)  # a campaign takes long, and may be interrupted
            if ground.server.is_over():
                return list(names[number:])
        return []


async def _tries(
    name: str, ground: Ground, neighbours: Neighbours, content: dict[str, Any], *, console: Console
) -> dict[str, Any]:
    infliction = FAULTS[name]
    reason = infliction.cannot(ground)
    tries: list[Try] = []
    for number in range(0 if reason else content["runs"]):
        if ground.server.is_over():
            break
        await asyncio.to_thread(ground.server.wait_until_ready)
        found = await one_try(ground, infliction, neighbours, seed=f"{content['seed']}.{name}.{number}")
        tries.append(found)
        recovered = f"{found.recovered_s:.1f} s" if found.recovered_s is not None else f"not ({found.failure})"
        console.print(f"{name}, try {number + 1}: recovered {recovered}", highlight=False, markup=False)
    return row(name, infliction.what, tries, neighbours.clip, reason) | {"details": [asdict(one) for one in tries]}


@contextmanager
def _prepared(url: str, *, llm: str, with_clock: bool, console: Console) -> Iterator[Ground]:
    """The server, with its small disk and shared memory, or its clock, where it has them."""
    with ExitStack() as stack:
        disk = memory = clock = None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True)))
        if with_clock:
            clock = folder / "clock"
            stack.enter_context(false_clock.inherited(clock))
        elif not url and private_mounts.is_inside():
            memory = stack.enter_context(private_mounts.small_shared_memory())
            disk = stack.enter_context(private_mounts.small_disk(folder / "state"))
        server = stack.enter_context(under_test(url, llm=llm, state=disk, console=console))
        yield Ground(server, UnreliableNetwork(server.grpc_url), disk, memory, clock)
