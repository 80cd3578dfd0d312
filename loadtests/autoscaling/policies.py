"""How many servers a fleet should have: by the depth of the queue, by the room for sessions, or always the same.

A policy sees what an autoscaler sees every few seconds, and says how many servers it wants. It must not look ahead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Seen:
    """What the metrics of a fleet say at one moment.

    Attributes:
        at_s: the moment.
        ready: servers that take sessions.
        starting: servers that will.
        sessions: open on all servers.
        queued: recognitions that wait or run on all servers.
        refused: calls refused since the moment before.
        room: sessions that one server keeps well.
    """

    at_s: float
    ready: int
    starting: int
    sessions: int
    queued: float
    refused: int
    room: int


class Policy(Protocol):
    """Something that scales a fleet."""

    @property
    def name(self) -> str:
        """For reports."""

    def wanted(self, seen: Seen) -> int:
        """Servers wanted now."""


@dataclass
class Fixed:
    """Always the same number."""

    servers: int

    @property
    def name(self) -> str:
        """For reports."""
        return f"fixed, {self.servers}"

    def wanted(self, seen: Seen) -> int:  # noqa: ARG002 - whatever is seen
        """The number."""
        return self.servers


@dataclass
class Cooldown:
    """Up at once, down only when fewer were enough for a while: a fleet does not flap.

    Attributes:
        down_after_s: how long fewer must have been enough.
    """

    down_after_s: float = 300.0
    _since_s: float | None = None
    _most_meanwhile: int = 0

    def hold(self, at_s: float, has: int, wants: int) -> int:
        """What is wanted after waiting: the most that was wanted during the wait."""
        if wants >= has:
            self._since_s = None
            return wants
        if self._since_s is None:
            self._since_s, self._most_meanwhile = at_s, wants
        self._most_meanwhile = max(self._most_meanwhile, wants)
        if at_s - self._since_s < self.down_after_s:
            return has
        self._since_s = None
        return self._most_meanwhile


@dataclass
class QueueDepth:
    """1, 2 or 4 servers by the recogniser's queue, summed over the fleet.

    Up at ``thresholds`` of queued requests; down below ``release`` of the threshold (hysteresis), after a cool-down.

    Attributes:
        thresholds: queue depths.
        levels: servers below the first, from the first on, from the second on.
        release: share of a threshold below which its level is left.
        cooldown: see :class:`Cooldown`.
    """

    thresholds: tuple[float, float] = (10.0, 50.0)
    levels: tuple[int, int, int] = (1, 2, 4)
    release: float = 0.5
    cooldown: Cooldown = field(default_factory=Cooldown)
    _level: int = 0

    @property
    def name(self) -> str:
        """For reports."""
        return f"queue depth {self.thresholds[0]:g}, {self.thresholds[1]:g}"

    def wanted(self, seen: Seen) -> int:
        """The level's servers."""
        up = sum(seen.queued >= threshold for threshold in self.thresholds)
        stays = sum(seen.queued >= self.release * threshold for threshold in self.thresholds)
        level = max(up, min(self._level, stays))
        held = self.cooldown.hold(seen.at_s, self.levels[self._level], self.levels[level])
        self._level = self.levels.index(held)
        return held


@dataclass
class SessionRoom:
    """As many servers as the open sessions fill to ``target`` of their room, and one more while calls are refused.

    Live sessions are the load itself: they last for minutes, so their number foretells the queue, which says nothing
    until it is late.

    Attributes:
        target: share of the room that is to be used.
        least: servers that are always there.
        most: servers that there can be.
        cooldown: see :class:`Cooldown`.
    """

    target: float = 0.75
    least: int = 1
    most: int = 4
    cooldown: Cooldown = field(default_factory=Cooldown)

    @property
    def name(self) -> str:
        """For reports."""
        return f"sessions, {self.target:.0%} of the room"

    def wanted(self, seen: Seen) -> int:
        """Servers for the sessions that are open."""
        has = seen.ready + seen.starting
        needed = math.ceil(seen.sessions / (self.target * seen.room))
        if seen.refused:
            needed = max(needed, has + 1 if not seen.starting else has)
        needed = min(max(needed, self.least), self.most)
        return self.cooldown.hold(seen.at_s, has, needed)


@dataclass
class Foreseeing:
    """Like :class:`SessionRoom`, for the sessions that there will be when a server that starts now is ready.

    The slope of the last ``over_s`` seconds is prolonged by ``ahead_s``. What it foresees is held for the cool-down.

    Attributes:
        ahead_s: how far to look: the time that a server takes to start, and a look of the autoscaler.
        over_s: over how long the slope is taken.
        room: the policy that is asked.
    """

    ahead_s: float = 120.0
    over_s: float = 120.0
    room: SessionRoom = field(default_factory=SessionRoom)
    _past: list[tuple[float, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """For reports."""
        return f"sessions foreseen, {self.room.target:.0%}"

    def wanted(self, seen: Seen) -> int:
        """Servers for the sessions that are foreseen."""
        self._past = [(at_s, count) for at_s, count in self._past if seen.at_s - at_s <= self.over_s]
        self._past.append((seen.at_s, seen.sessions))
        began_s, before = self._past[0]
        slope = (seen.sessions - before) / (seen.at_s - began_s) if seen.at_s > began_s else 0.0
        foreseen = seen.sessions + max(0.0, slope) * self.ahead_s
        return self.room.wanted(
            Seen(seen.at_s, seen.ready, seen.starting, round(foreseen), seen.queued, seen.refused, seen.room)
        )
