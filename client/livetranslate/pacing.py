"""Sends audio as fast as it was spoken: against deadlines, so that errors do not add up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from enum import Enum

from livetranslate.protocol import AudioFormat


class Pace(str, Enum):
    """How fast a recording is sent."""

    REALTIME = "realtime"
    FAST = "fast"


class Pacer:
    """Releases audio when its last sample would have been spoken.

    The deadline of a chunk that ends at audio time ``t`` is ``started_at_s + t``: a late chunk does not delay those
    after it. Audio that itself arrives late (a microphone, a pipe) is passed on at once.

    Attributes:
        started_at_s: clock time of audio time 0; None before the first chunk.
    """

    def __init__(
        self,
        pace: Pace = Pace.REALTIME,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.pace = pace
        self.started_at_s: float | None = None
        self._clock = clock
        self._sleep = sleep

    def delay_s(self, audio_end_s: float) -> float:
        """Seconds from now to the deadline of audio that ends at ``audio_end_s``; 0 when it has passed."""
        if self.started_at_s is None:
            self.started_at_s = self._clock()
        if self.pace is Pace.FAST:
            return 0.0
        return max(0.0, self.started_at_s + audio_end_s - self._clock())

    async def paced(self, chunks: AsyncIterable[bytes], layout: AudioFormat) -> AsyncIterator[bytes]:
        """The chunks, each at its deadline."""
        position_bytes = 0
        async for chunk in chunks:
            position_bytes += len(chunk)
            delay_s = self.delay_s(position_bytes / layout.bytes_per_s)
            if delay_s > 0:
                await self._sleep(delay_s)
            yield chunk
