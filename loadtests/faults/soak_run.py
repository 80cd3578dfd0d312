"""Sessions that come and go for a while, and what the server holds meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from livetranslate.protocol import TranscriptFinal, Warning_
from loadtests.faults.held import held
from loadtests.faults.server import Server
from loadtests.live.clips import Clip, join
from loadtests.live.correctness import problems_of
from loadtests.live.driver import play
from loadtests.live.leftovers import Footprint
from loadtests.live.memory_watch import CLIENT, HOUR_S, MB, MemoryWatch
from loadtests.scoring.alignment import edits
from loadtests.slope import Slope
from loadtests.spoken_words import spoken_words

PARTS = (1, 3)
"""Fewest and most recordings that a session hears."""
BREAK_S = (0.5, 5.0)
"""Shortest and longest time between two sessions of a slot."""
TOGETHER = "all of the server"


@dataclass
class Soak:
    """What was seen.

    Attributes:
        sessions: how many ended.
        audio_s: seconds of audio that they heard.
        problems: what was not correct, as sentences.
        warnings: warning events.
        errors: words wrong, left out or added.
        words: words spoken.
        footprints: (seconds, what the server held).
    """

    watch: MemoryWatch
    sessions: int = 0
    audio_s: float = 0.0
    problems: list[str] = field(default_factory=list)
    warnings: int = 0
    errors: int = 0
    words: int = 0
    footprints: list[tuple[float, Footprint]] = field(default_factory=list)

    async def run(
        self, server: Server, parts: Sequence[Clip], *, slots: int, seconds: float, targets: Sequence[str],
        every_s: float, seed: int,
    ) -> None:  # fmt: skip
        """Fills each slot with one session after the other; sessions that are open at the end run to theirs."""
        began = time.monotonic()
        looking = asyncio.create_task(self._look_on(server, began=began, every_s=every_s))
        try:
            await asyncio.gather(
                *(
                    self._slot(server.grpc_url, parts, until=began + seconds, targets=targets, seed=f"{seed}.{slot}")
                    for slot in range(slots)
                )
            )
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    def memory(self, *, settle_s: float, slots: int) -> dict[str, dict[str, Any]]:
        """Growth of each process, MB (10^6 bytes) an hour, as it is and for each slot."""
        groups = {name: memory.samples for name, memory in self.watch.memory.items()}
        every = [samples for name, samples in groups.items() if name != CLIENT]
        if every:
            groups[TOGETHER] = [(row[0][0], sum(size for _, size in row)) for row in zip(*every, strict=False)]
        return {name: _growth(samples, settle_s=settle_s, slots=slots) for name, samples in groups.items()}

    def growth_of(self, name: str, *, settle_s: float) -> Slope | None:
        """Growth of a count of the footprint (``threads``, ``files`` …), an hour."""
        points = [(at_s / HOUR_S, float(getattr(one, name))) for at_s, one in self.footprints if at_s >= settle_s]
        return Slope.of(points)

    async def _slot(self, url: str, parts: Sequence[Clip], *, until: float, targets: Sequence[str], seed: str) -> None:
        dice = random.Random(seed)
        await asyncio.sleep(dice.uniform(0.0, BREAK_S[1]))
        while time.monotonic() < until:
            clip = join("talk", dice.sample(parts, k=min(len(parts), dice.randint(*PARTS))))
            recording = await play(url, clip, source="en", targets=targets)
            self.sessions += 1
            self.audio_s += recording.sent_s
            self.problems += problems_of(recording)
            self.warnings += sum(isinstance(event, Warning_) for _, event in recording.events)
            heard = " ".join(event.text for _, event in recording.events if isinstance(event, TranscriptFinal))
            said = (clip.words or "").split()
            self.words += len(said)
            self.errors += edits(said, spoken_words(heard).split()) if said else 0
            await asyncio.sleep(dice.uniform(*BREAK_S))

    async def _look_on(self, server: Server, *, began: float, every_s: float) -> None:
        while True:
            at_s = round(time.monotonic() - began, 1)
            await asyncio.to_thread(self.watch.look, at_s)
            self.footprints.append((at_s, await asyncio.to_thread(held, server)))
            await asyncio.sleep(every_s)


def _growth(samples: Sequence[tuple[float, int]], *, settle_s: float, slots: int) -> dict[str, Any]:
    slope = Slope.of([(at_s / HOUR_S, size / MB) for at_s, size in samples if at_s >= settle_s])
    return {
        "first_mb": samples[0][1] / MB,
        "settled_mb": next((size / MB for at_s, size in samples if at_s >= settle_s), None),
        "last_mb": samples[-1][1] / MB,
        "mb_per_h": slope.per_unit if slope else None,
        "error": slope.error if slope else None,
        "mb_per_h_and_slot": slope.per_unit / slots if slope else None,
        "samples": samples,
    }
