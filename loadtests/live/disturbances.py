"""``python -m loadtests.live.disturbances``: breaks live sessions at random points and compares their words.

Each run streams one clip and disturbs it at seeded random points; the words of its finals must be those of an
undisturbed run, the events numbered without a gap, no utterance final twice, none without its translation.

    livetranslate serve --detach
    python -m loadtests.live.disturbances --runs 50 --seed 1
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import jiwer
import numpy as np
import psutil
import typer
from rich.console import Console
from rich.table import Table
from tritonclient import grpc as triton_grpc

import livetranslate
from livetranslate.protocol import Done, Event, SessionOptions, TranscriptFinal, TranslationFinal, tensors
from livetranslate.reconnection import ConnectionNotice, Reconnected, ReconnectPolicy
from livetranslate_tools import paths
from livetranslate_tools.serving import instance
from livetranslate_tools.serving.admin_key import admin_key, grpc_headers
from livetranslate_tools.serving.record import ServerRecord, ServerState, read
from loadtests.live.clips import RATE_HZ, Clip, find, normalise
from loadtests.live.unreliable_network import UnreliableNetwork

CHUNK_S = 0.1
TAIL_S = 1.2
PATIENCE_S = 240.0
NETWORK_KINDS = ("reset", "gone", "stall")
SERVER_KINDS = ("stub", "reload", "server")
SHARES = {"reset": 28, "gone": 20, "stall": 16, "stub": 16, "reload": 12, "server": 8}
"""How often each kind comes, in per cent: the rarer, the longer the server needs to be back."""


@dataclass(frozen=True)
class Disturbance:
    """What happens to a session, and when.

    Attributes:
        kind: ``reset`` (connection broken), ``gone`` (and refused for a while), ``stall`` (bytes lost for a while, then
            broken), ``stub`` (process of ``live_translation`` killed), ``reload`` (model unloaded and loaded, as for a
            new version), ``server`` (Triton killed).
        at_s: audio sent before, seconds.
        for_s: length of ``gone`` and ``stall``, seconds.
    """

    kind: str
    at_s: float
    for_s: float = 0.0


@dataclass
class Outcome:
    """One session as its caller saw it.

    Attributes:
        disturbances: what was done to it.
        words: of its finals.
        lost: words of the undisturbed run that it lacks.
        added: words that the undisturbed run lacks.
        changed: words that stand for others. A policy that commits while somebody speaks hears other windows when the
            audio comes in a burst, and may hear another word.
        faults: what is wrong with it.
        breaks_s: lengths of the breaks.
        elapsed_s: length of the session.
    """

    disturbances: list[Disturbance]
    words: str = ""
    lost: int = 0
    added: int = 0
    changed: int = 0
    faults: list[str] = field(default_factory=list)
    breaks_s: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0


class Site:
    """The server under test and the network before it."""

    def __init__(self, url: str, state: Path, network: UnreliableNetwork) -> None:
        self._url = url
        self._state = state
        self.network = network

    async def inflict(self, disturbance: Disturbance) -> None:
        """Does it, and returns when it is over."""
        if disturbance.kind == "reset":
            self.network.reset()
        elif disturbance.kind == "gone":
            await self.network.vanish(disturbance.for_s)
        elif disturbance.kind == "stall":
            await self.network.stall(disturbance.for_s)
        elif disturbance.kind == "stub":
            await asyncio.to_thread(self._kill_stub)
        elif disturbance.kind == "reload":
            await asyncio.to_thread(self._reload)
        elif disturbance.kind == "server":
            psutil.Process(self._record().triton_pid).kill()

    async def recover(self) -> None:
        """Returns when the supervisor calls the server ready again and its model process has been replaced."""
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            stubs = await asyncio.to_thread(self._stubs)
            if stubs and self._record().state is ServerState.READY:
                return
            await asyncio.sleep(0.5)
        raise RuntimeError(f"The server in {self._state} was not ready again within {PATIENCE_S:g} s.")

    def _record(self) -> ServerRecord:
        record = read(self._state)
        if record is None:
            raise RuntimeError(f"No server runs from {self._state}; say --state-dir.")
        return record

    def _stubs(self) -> list[psutil.Process]:
        ours = instance.processes(self._state)
        return list(instance.model_processes(ours, self._state / "served")[tensors.LIVE_TRANSLATION])

    def _kill_stub(self) -> None:
        for process in self._stubs():
            process.kill()

    def _reload(self) -> None:
        client = triton_grpc.InferenceServerClient(self._url)
        headers = grpc_headers(admin_key(self._state))
        client.unload_model(tensors.LIVE_TRANSLATION, headers=headers)
        client.load_model(tensors.LIVE_TRANSLATION, headers=headers)
        client.close()


async def play(
    site: Site, clip: Clip, disturbances: list[Disturbance], *, targets: list[str], speed: float, policy: str
) -> tuple[Outcome, list[Event]]:
    """Streams the clip through the network, disturbed as told."""
    outcome = Outcome(disturbances)
    events: list[Event] = []
    pcm = np.concatenate((clip.pcm, np.zeros(int(TAIL_S * RATE_HZ), np.int16))).tobytes()
    step = int(CHUNK_S * RATE_HZ) * 2
    under_way: set[asyncio.Task[None]] = set()

    async def microphone() -> AsyncIterator[bytes]:
        began_s = time.monotonic()
        due = sorted(disturbances, key=lambda one: one.at_s)
        for number, start in enumerate(range(0, len(pcm), step)):
            while due and due[0].at_s <= number * CHUNK_S:
                under_way.add(asyncio.create_task(site.inflict(due.pop(0))))
            yield pcm[start : start + step]
            await asyncio.sleep(max(0.0, began_s + (number + 1) * CHUNK_S / speed - time.monotonic()))

    def note(notice: ConnectionNotice) -> None:
        if isinstance(notice, Reconnected):
            outcome.breaks_s.append(round(notice.after_s, 2))

    began_s = time.monotonic()
    session = livetranslate.connect(site.network.address).session(
        source="en",
        targets=targets,
        reconnect=ReconnectPolicy(patience_s=PATIENCE_S),
        on_connection=note,
        policy=policy or SessionOptions().policy,
    )

    async def listen() -> None:
        async with session:
            async for event in session.stream(microphone()):
                events.append(event)  # noqa: PERF401 - what came before a failure counts

    try:
        await asyncio.wait_for(listen(), 2 * PATIENCE_S)
    except (livetranslate.LiveTranslateError, asyncio.TimeoutError) as error:
        outcome.faults.append(f"failed: {error!r}")
    if under_way:
        await asyncio.gather(*under_way)
    outcome.elapsed_s = round(time.monotonic() - began_s, 2)
    outcome.words = normalise(" ".join(event.text for event in events if isinstance(event, TranscriptFinal)))
    outcome.faults += faults_of(events, targets)
    return outcome, events


def faults_of(events: list[Event], targets: list[str]) -> list[str]:
    """What no sequence of events may show, however often it was interrupted."""
    faults = []
    if [event.seq for event in events] != list(range(len(events))):
        faults.append("the events are not numbered without a gap")
    finals = [event for event in events if isinstance(event, TranscriptFinal)]
    if [final.utterance_id for final in finals] != list(range(len(finals))):
        faults.append(f"the finals are of the utterances {[final.utterance_id for final in finals]}")
    for target in targets:
        translated = [e.utterance_id for e in events if isinstance(e, TranslationFinal) and e.language == target]
        if translated != [final.utterance_id for final in finals if final.text]:
            faults.append(f"the translations into {target} are of the utterances {translated}")
    done = events[-1] if events else None
    if not isinstance(done, Done):
        faults.append("the last event is not 'done'")
    elif (done.utterances, done.words) != (len(finals), sum(len(final.words) for final in finals)):
        faults.append(f"'done' counts {done.utterances} utterances and {done.words} words")
    return faults


def plan(clip: Clip, *, runs: int, seed: int, kinds: tuple[str, ...]) -> list[list[Disturbance]]:
    """One or two disturbances a run, of the kinds in turn by their shares, at random points."""
    dice = random.Random(seed)
    chosen = dice.choices(kinds, weights=[SHARES[kind] for kind in kinds], k=max(0, runs - len(kinds)))
    chosen = [*kinds, *chosen][:runs]
    dice.shuffle(chosen)
    runs_planned = []
    for kind in chosen:
        several = dice.random() < 0.3 and kind in NETWORK_KINDS
        runs_planned.append(
            [
                Disturbance(kind, round(dice.uniform(0.1, clip.duration_s + TAIL_S), 2), round(dice.uniform(0.5, 4), 2))
                for _ in range(2 if several else 1)
            ]
        )
    return runs_planned


async def campaign(
    url: str,
    state: Path,
    clip: Clip,
    planned: list[list[Disturbance]],
    *,
    targets: list[str],
    speed: float,
    policy: str = "",
) -> tuple[list[Outcome], list[Outcome]]:
    """Undisturbed runs first, then the disturbed ones; returns both."""
    async with UnreliableNetwork(url) as network:
        site = Site(url, state, network)
        calm = [(await play(site, clip, [], targets=targets, speed=speed, policy=policy))[0] for _ in range(2)]
        outcomes = []
        for disturbances in planned:
            outcome, _ = await play(site, clip, disturbances, targets=targets, speed=speed, policy=policy)
            if outcome.words != calm[0].words:
                compared = jiwer.process_words(calm[0].words, outcome.words or "-")
                outcome.lost, outcome.added = compared.deletions, compared.insertions
                outcome.changed = compared.substitutions
                outcome.faults.append(f"other words: {outcome.words}")
            outcomes.append(outcome)
            if any(one.kind in SERVER_KINDS for one in disturbances):
                await site.recover()
        return calm, outcomes


def main(
    url: Annotated[str, typer.Option(help="gRPC address of the server.")] = "localhost:8001",
    state_dir: Annotated[Path | None, typer.Option(help="State folder of the server, to find its processes.")] = None,
    runs: Annotated[int, typer.Option(help="Disturbed sessions.")] = 50,
    seed: Annotated[int, typer.Option(help="Of what happens when.")] = 1,
    clip: Annotated[str, typer.Option(help="jfk, librivox, or an audio file.")] = "jfk",
    speed: Annotated[float, typer.Option(help="Times real time at which audio is sent.")] = 2.0,
    kinds: Annotated[str, typer.Option(help="Kinds of disturbances, comma-separated.")] = ",".join(SHARES),
    policy: Annotated[str, typer.Option(help="Commit policy; the server's default when empty.")] = "",
    to: Annotated[str, typer.Option(help="Target languages, comma-separated; empty for captions only.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write the outcomes to this JSON file.")] = None,
) -> None:
    """Disturbs sessions and compares their words with undisturbed ones."""
    chosen = find(clip)
    targets = [language for language in to.split(",") if language]
    planned = plan(chosen, runs=runs, seed=seed, kinds=tuple(kinds.split(",")))
    state = (state_dir or paths.state_dir()).absolute()
    calm, outcomes = asyncio.run(campaign(url, state, chosen, planned, targets=targets, speed=speed, policy=policy))
    _print(chosen, calm, outcomes)
    if report:
        document = {
            "clip": chosen.name,
            "seed": seed,
            "speed": speed,
            "policy": policy,
            "targets": targets,
            "same_words": sum(not outcome.faults for outcome in outcomes),
            "runs": len(outcomes),
            "undisturbed": [asdict(outcome) for outcome in calm],
            "disturbed": [asdict(outcome) for outcome in outcomes],
        }
        report.write_text(json.dumps(document, indent=1))
    if any(outcome.faults for outcome in (*calm, *outcomes)) or calm[0].words != calm[1].words:
        raise typer.Exit(1)


def _print(clip: Clip, calm: list[Outcome], outcomes: list[Outcome]) -> None:
    console = Console()
    table = Table(title=f"{clip.name}, {clip.duration_s:.1f} s, disturbed at random points")
    for name in (
        "disturbance",
        "runs",
        "same words",
        "lost",
        "added",
        "changed",
        "breaks",
        "break p50 s",
        "break max s",
    ):
        table.add_column(name, justify="left" if name == "disturbance" else "right")
    for kind in (*SHARES, "all"):
        rows = [outcome for outcome in outcomes if kind in ("all", outcome.disturbances[0].kind)]
        breaks_s = [seconds for outcome in rows for seconds in outcome.breaks_s]
        if rows:
            same = str(sum(not outcome.faults for outcome in rows))
            lengths = (f"{statistics.median(breaks_s):.1f}", f"{max(breaks_s):.1f}") if breaks_s else ("–", "–")
            sums = [str(sum(getattr(row, name) for row in rows)) for name in ("lost", "added", "changed")]
            table.add_row(kind, str(len(rows)), same, *sums, str(len(breaks_s)), *lengths)
    console.print(table)
    if calm[0].words != calm[1].words:
        console.print(f"Two undisturbed runs differ:\n{calm[0].words}\n{calm[1].words}")
    for number, outcome in enumerate(outcomes):
        if outcome.faults:
            console.print(f"run {number}, {outcome.disturbances}: {'; '.join(outcome.faults)}", markup=False)


if __name__ == "__main__":
    typer.run(main)
