"""One fault, one try: sessions run, it happens, and we look until the server serves again."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

from loadtests.faults.ground import Ground
from loadtests.faults.held import held, settled, zombies
from loadtests.faults.inflictions import Infliction
from loadtests.faults.neighbours import Neighbours
from loadtests.faults.recovery import fresh_session, time_to_recover
from loadtests.live.disturbances import Outcome
from loadtests.live.leftovers import Footprint

PATIENCE_S = 300.0


@dataclass
class Try:
    """What one try showed.

    Attributes:
        at_s: when it happened, seconds of the running sessions' audio.
        captions_s: until a fresh session got a final, seconds after the fault; None when none did.
        recovered_s: until a fresh session got a final and a translation; None when none did.
        is_well: whether a fresh session is served when all is over: a fault may show late.
        ready_s: until the supervisor called the server ready, all its processes there; None when it did not.
        failure: what the last fresh session that failed said, when none succeeded.
        outcomes: of the running sessions.
        before: what the server held before the fault.
        after: what it held when all was over.
        zombies: processes that ended and were not collected, more than before.
        incidents: what the supervisor's log says of it.
    """

    at_s: float
    captions_s: float | None = None
    recovered_s: float | None = None
    is_well: bool = False
    ready_s: float | None = None
    failure: str = ""
    outcomes: list[Outcome] = field(default_factory=list)
    before: Footprint | None = None
    after: Footprint | None = None
    zombies: int = 0
    incidents: str = ""


async def one_try(ground: Ground, infliction: Infliction, neighbours: Neighbours, *, seed: str) -> Try:
    """Speaks, inflicts, waits for everything to be well again.

    Args:
        ground: the server.
        infliction: what happens.
        neighbours: the sessions that run meanwhile.
        seed: of the moment.
    """
    dice = random.Random(seed)
    found = Try(round(dice.uniform(0.1, 0.6) * neighbours.clip.duration_s, 2))
    models = set(ground.server.stubs())
    found.before = await asyncio.to_thread(held, ground.server)
    logged = len(ground.server.incidents())
    uncollected = await asyncio.to_thread(zombies, ground.server)
    speaking = asyncio.create_task(neighbours.speak_once())
    tasks: list[asyncio.Task[object]] = [speaking]
    try:
        await asyncio.sleep(found.at_s)
        since = time.monotonic()
        inflicting = asyncio.ensure_future(infliction.inflict(ground))
        tasks.append(inflicting)
        await asyncio.sleep(0.2)  # the fault first, then the first fresh session
        found.captions_s, found.recovered_s, found.failure = await time_to_recover(
            ground.network.address, since=since, timeout_s=PATIENCE_S, is_over=ground.server.is_over
        )
        await inflicting
        found.ready_s = await _ready(ground, models, since=since)
        found.outcomes = await speaking
        last = await fresh_session(ground.server.grpc_url)
        found.is_well = last.heard and last.translated and not last.failure
        found.failure = found.failure or ("" if found.is_well else f"when all was over: {last.failure or 'no final'}")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    found.incidents = ground.server.incidents()[logged:]
    found.after = await settled(ground.server, found.before)
    found.zombies = await asyncio.to_thread(zombies, ground.server) - uncollected
    return found


async def _ready(ground: Ground, models: set[str], *, since: float) -> float | None:
    """Seconds until the supervisor is content and every model has its processes again."""
    while time.monotonic() - since < PATIENCE_S and not ground.server.is_over():
        stubs = await asyncio.to_thread(ground.server.stubs)
        if ground.server.is_ready() and models <= set(stubs):
            return round(time.monotonic() - since, 2)
        await asyncio.sleep(0.5)
    return None
