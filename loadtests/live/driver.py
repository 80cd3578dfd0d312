"""Streams one clip at the pace of a microphone and notes when each event arrived."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np

import livetranslate
from livetranslate.protocol import Event
from loadtests.live.clips import RATE_HZ, Clip

CHUNK_S = 0.1


@dataclass
class Recording:
    """One session as its caller saw it.

    Attributes:
        started_at: monotonic time at which audio second 0 was spoken.
        events: (monotonic arrival time, event), in order.
        failure: what ended the session early, if anything.
        finished_s: wall-clock length of the session, seconds.
    """

    started_at: float = 0.0
    events: list[tuple[float, Event]] = field(default_factory=list)
    failure: str | None = None
    finished_s: float = 0.0


async def play(
    url: str, clip: Clip, *, source: str, targets: list[str], pace: str = "realtime", tail_s: float = 1.2
) -> Recording:
    """Runs one session over a clip, with a little silence behind it, as in a room.

    Args:
        url: gRPC address.
        clip: what is spoken.
        source: spoken language or ``auto``.
        targets: languages to translate into.
        pace: ``realtime`` or ``fast``.
        tail_s: silence after the clip, seconds.
    """
    recording = Recording()
    pcm = np.concatenate((clip.pcm, np.zeros(int(tail_s * RATE_HZ), np.int16))).tobytes()
    began = time.monotonic()

    async def microphone() -> AsyncIterator[bytes]:
        step = int(CHUNK_S * RATE_HZ) * 2
        recording.started_at = time.monotonic()
        for number, start in enumerate(range(0, len(pcm), step)):
            if pace == "realtime":
                # A chunk exists once its last sample has been spoken.
                spoken_at = recording.started_at + (number + 1) * CHUNK_S
                await asyncio.sleep(max(0.0, spoken_at - time.monotonic()))
            yield pcm[start : start + step]

    try:
        async with livetranslate.connect(url).session(source=source, targets=targets) as session:
            async for event in session.stream(microphone()):
                recording.events.append((time.monotonic(), event))
    except livetranslate.LiveTranslateError as error:
        recording.failure = str(error)
    recording.finished_s = time.monotonic() - began
    return recording


async def play_many(
    url: str, clip: Clip, count: int, *, source: str, targets: list[str], stagger_s: float = 0.37
) -> list[Recording]:
    """Several sessions at once, not quite in step."""

    async def one(number: int) -> Recording:
        await asyncio.sleep(number * stagger_s)
        return await play(url, clip, source=source, targets=targets)

    return list(await asyncio.gather(*(one(number) for number in range(count))))
