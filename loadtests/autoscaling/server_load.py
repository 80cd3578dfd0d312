"""What a simulated server is like with so many sessions: from the capacity model, or a table of what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.recogniser_queue import Speaker, most_sessions, predict


@dataclass(frozen=True)
class Load:
    """One server with some sessions.

    Attributes:
        delay_s: mean delay of a word.
        waiting: recognitions that wait or run: Triton's queue of the recogniser.
    """

    delay_s: float
    waiting: float


@dataclass(frozen=True)
class ServerModel:
    """A server by the number of its sessions.

    Attributes:
        loads: of 0, 1, 2 … sessions.
        room: sessions that the server lets in.
        good: sessions up to which recognitions take no longer than they should; what an operator plans with.
    """

    loads: tuple[Load, ...]
    room: int
    good: int

    def load(self, sessions: int) -> Load:
        """With so many sessions; beyond the table its last line."""
        return self.loads[min(sessions, len(self.loads) - 1)]

    @classmethod
    def of(
        cls, batch_time: BatchTime, speaker: Speaker, *, recognition_s: float, keeps_room: bool = True, most: int = 64
    ) -> ServerModel:
        """From the capacity model.

        Args:
            batch_time: of the recogniser.
            speaker: a session alone.
            recognition_s: mean recognition time up to which all is good.
            keeps_room: whether the server refuses sessions beyond that; else it lets ``most`` in.
            most: sessions that a server ever holds (``max_sessions``).

        Raises:
            ValueError: the server is too slow for one session.
        """
        told = [predict(count, batch_time, speaker) for count in range(1, most + 1)]
        good = min(most, most_sessions(batch_time, speaker, recognition_s=recognition_s))
        if good < 1:
            raise ValueError(f"A recognition takes more than {recognition_s:g} s with one session: no server has room.")
        loads = (Load(speaker.delay_avg_s, 0.0), *(Load(one.delay_avg_s, one.waiting) for one in told))
        return cls(loads, good if keeps_room else most, good)

    @classmethod
    def from_assessment(cls, assessment: Mapping[str, Any], *, recognition_s: float, keeps_room: bool) -> ServerModel:
        """From a capacity report's ``assessment``."""
        batch_time, speaker = BatchTime(**assessment["batch_time"]), Speaker(**assessment["speaker"])
        return cls.of(batch_time, speaker, recognition_s=recognition_s, keeps_room=keeps_room)
