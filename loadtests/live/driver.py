"""Streams clips at the pace of a microphone and notes when each event arrived."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import livetranslate
from livetranslate.protocol import Event
from loadtests.live.clips import RATE_HZ, Clip

CHUNK_S = 0.1
TAIL_S = 1.2
DEADLINE_S = 120.0
"""A session that is not done so long after its last audio counts as failed."""


@dataclass
class Recording:
    """One session as its caller saw it.

    Attributes:
        clip: what was spoken; None while it is not known.
        started_at: monotonic time at which audio second 0 was spoken.
        events: (monotonic arrival time, event), in order.
        failure: what ended the session early, if anything.
        sent_s: audio that was sent, seconds.
        finished_s: wall-clock length of the session, seconds.
    """

    clip: Clip | None = None
    started_at: float = 0.0
    events: list[tuple[float, Event]] = field(default_factory=list)
    failure: str | None = None
    sent_s: float = 0.0
    finished_s: float = 0.0


async def play(
    url: str,
    clip: Clip,
    *,
    source: str,
    targets: Sequence[str],
    pace: str = "realtime",
    tail_s: float = TAIL_S,
    options: dict[str, Any] | None = None,
) -> Recording:
    """Runs one session over a clip, with a little silence behind it, as in a room.

    Args:
        url: gRPC address.
        clip: what is spoken.
        source: spoken language or ``auto``.
        targets: languages to translate into.
        pace: ``realtime`` or ``fast``.
        tail_s: silence after the clip, seconds.
        options: further fields of the session's options, by name.
    """
    recording = Recording(clip)
    began = time.monotonic()

    async def run() -> None:
        async with livetranslate.connect(url).session(source=source, targets=targets, **(options or {})) as session:
            async for event in session.stream(microphone(clip, recording, pace=pace, tail_s=tail_s)):
                recording.events.append((time.monotonic(), event))

    try:
        await asyncio.wait_for(run(), clip.duration_s + tail_s + DEADLINE_S)
    except livetranslate.LiveTranslateError as error:
        recording.failure = str(error)
    except asyncio.TimeoutError:
        recording.failure = f"not done {DEADLINE_S:g} s after the last audio"
    recording.finished_s = time.monotonic() - began
    return recording


async def microphone(clip: Clip, recording: Recording, *, pace: str, tail_s: float) -> AsyncIterator[bytes]:
    """The clip's chunks; each exists once its last sample has been spoken."""
    pcm = np.concatenate((clip.pcm, np.zeros(int(tail_s * RATE_HZ), np.int16))).tobytes()
    step = int(CHUNK_S * RATE_HZ) * 2
    recording.started_at = time.monotonic()
    for number, start in enumerate(range(0, len(pcm), step)):
        if pace == "realtime":
            spoken_at = recording.started_at + (number + 1) * CHUNK_S
            await asyncio.sleep(max(0.0, spoken_at - time.monotonic()))
        chunk = pcm[start : start + step]
        recording.sent_s += len(chunk) / 2 / RATE_HZ
        yield chunk


async def play_many(
    url: str,
    clips: Sequence[Clip],
    *,
    source: str,
    targets: Sequence[str],
    pace: str = "realtime",
    stagger_s: float = 3.0,
    seed: int = 0,
    options: dict[str, Any] | None = None,
) -> list[Recording]:
    """A session for each clip, all at once, each begun at a random moment of the first ``stagger_s`` seconds."""
    offsets_s = offsets(len(clips), stagger_s=stagger_s, seed=seed)

    async def one(clip: Clip, offset_s: float) -> Recording:
        await asyncio.sleep(offset_s)
        return await play(url, clip, source=source, targets=targets, pace=pace, options=options)

    return list(await asyncio.gather(*(one(*pair) for pair in zip(clips, offsets_s, strict=True))))


def offsets(count: int, *, stagger_s: float, seed: int) -> list[float]:
    """When each stream begins, seconds; the first at once, and the same for the same seed."""
    chance = random.Random(seed)
    return [0.0, *(chance.uniform(0.0, stagger_s) for _ in range(count - 1))]
