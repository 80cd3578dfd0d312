"""What a simulated fleet did for its callers, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple


class Look(NamedTuple):
    """The fleet as its policy saw it, for plots."""

    at_s: float
    servers: int
    sessions: int
    queued: float
    wanted: int


@dataclass(frozen=True)
class Outcome:
    """A policy on a traffic.

    Attributes:
        traffic: its name.
        policy: its name.
        calls: sessions that were wanted.
        refusals: attempts that were refused.
        lost: calls that were never let in.
        server_hours: what the fleet cost: hours of all servers, starting and draining ones included.
        starts: servers that were started.
        session_hours: what was spoken.
        delay_avg_s: mean delay of a word, over all time spoken.
        delay_p95_s: 95th percentile of it.
        delay_max_s: the worst.
        wait_max_s: the longest that a call that was let in had waited.
        looks: the fleet over time.
    """

    traffic: str
    policy: str
    calls: int
    refusals: int
    lost: int
    server_hours: float
    starts: int
    session_hours: float
    delay_avg_s: float
    delay_p95_s: float
    delay_max_s: float
    wait_max_s: float
    looks: tuple[Look, ...]

    @property
    def lost_share(self) -> float:
        """Calls that were never let in, by calls."""
        return self.lost / self.calls if self.calls else 0.0


@dataclass
class Tally:
    """Counts while the simulation runs; the length is that of the traffic, seconds."""

    length_s: float
    calls: int = 0
    refusals: int = 0
    lost: int = 0
    starts: int = 0
    wait_max_s: float = 0.0
    looks: list[Look] = field(default_factory=list)
    _server_s: float = 0.0
    _spoken_s: defaultdict[float, float] = field(default_factory=lambda: defaultdict(float))

    def server(self, took_s: float, *, sessions: int, delay_s: float) -> None:
        """A server had so many sessions for a time, each with this delay of its words."""
        self._server_s += took_s
        if sessions:
            self._spoken_s[delay_s] += took_s * sessions

    def admitted(self, waited_s: float) -> None:
        """A call was let in after a wait."""
        self.wait_max_s = max(self.wait_max_s, waited_s)

    def looked(self, at_s: float, *, servers: int, sessions: int, queued: float, wanted: int) -> None:
        """The policy looked."""
        self.looks.append(Look(at_s, servers, sessions, queued, wanted))

    def outcome(self, *, traffic: str, policy: str) -> Outcome:
        """The sums."""
        spoken_s = sum(self._spoken_s.values())
        return Outcome(
            traffic=traffic,
            policy=policy,
            calls=self.calls,
            refusals=self.refusals,
            lost=self.lost,
            server_hours=self._server_s / 3600,
            starts=self.starts,
            session_hours=spoken_s / 3600,
            delay_avg_s=sum(delay_s * at_s for delay_s, at_s in self._spoken_s.items()) / spoken_s if spoken_s else 0.0,
            delay_p95_s=self._percentile(0.95 * spoken_s),
            delay_max_s=max(self._spoken_s, default=0.0),
            wait_max_s=self.wait_max_s,
            looks=tuple(self.looks),
        )

    def _percentile(self, below_s: float) -> float:
        passed_s = 0.0
        for delay_s, spoken_s in sorted(self._spoken_s.items()):
            passed_s += spoken_s
            if passed_s >= below_s:
                return delay_s
        return 0.0
