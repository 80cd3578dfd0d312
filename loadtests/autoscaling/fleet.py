"""A fleet of servers as a discrete-event simulation: calls come, are let in or refused, end; servers start and drain.

A call goes to the ready server with the fewest sessions. Where none has room it is refused, comes back after
``retry_s`` while its patience lasts, and is lost after that. A server that is no longer wanted takes no new sessions
and goes when its last one has ended: live sessions are not moved. A server costs from the moment it is ordered.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from loadtests.autoscaling.outcome import Outcome, Tally
from loadtests.autoscaling.policies import Policy, Seen
from loadtests.autoscaling.server_load import ServerModel
from loadtests.autoscaling.traffic import Call, Traffic


@dataclass(frozen=True)
class FleetSettings:
    """What does not depend on the policy.

    Attributes:
        start_s: from ordering a server to its first session: a container, weights, probes.
        look_s: how often the policy is asked.
        retry_s: when a refused call comes back.
        patience_s: how long it does.
        first_servers: ready at the beginning; None: what the policy wants of an empty fleet.
    """

    start_s: float = 90.0
    look_s: float = 15.0
    retry_s: float = 5.0
    patience_s: float = 20.0
    first_servers: int | None = None

    def __post_init__(self) -> None:
        if self.start_s < 0 or min(self.look_s, self.retry_s) <= 0 or self.patience_s < 0:
            raise ValueError(f"{self}: times are at least 0, and looks and retries are more than 0 s apart.")


@dataclass
class _Server:
    ready: bool
    ordered_s: float
    draining: bool = False
    sessions: int = 0


@dataclass
class Fleet:
    """One simulation; :meth:`run` once."""

    model: ServerModel
    policy: Policy
    settings: FleetSettings = field(default_factory=FleetSettings)
    _servers: list[_Server] = field(default_factory=list)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)
    _now_s: float = 0.0
    _refused: int = 0

    def run(self, traffic: Traffic) -> Outcome:
        """Plays the traffic to its end."""
        tally = Tally(traffic.length_s)
        first = self.settings.first_servers
        for _ in range(first if first is not None else self.policy.wanted(self._seen())):
            self._servers.append(_Server(ready=True, ordered_s=0.0))
        for call in traffic.calls:
            self._at(call.at_s, lambda call=call: self._ask(call, tally))  # type: ignore[misc]
        self._at(0.0, lambda: self._look(tally))
        while self._events and self._events[0][0] <= traffic.length_s:
            at_s, _, happen = heapq.heappop(self._events)
            self._pass(at_s, tally)
            happen()
        self._pass(traffic.length_s, tally)
        return tally.outcome(traffic=traffic.name, policy=self.policy.name)

    def _at(self, at_s: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at_s, next(self._order), happen))

    def _pass(self, until_s: float, tally: Tally) -> None:
        """Time in which nothing changes."""
        took_s = until_s - self._now_s
        if took_s > 0:
            for server in self._servers:
                load = self.model.load(server.sessions)
                tally.server(took_s, sessions=server.sessions, delay_s=load.delay_s)
        self._now_s = until_s

    def _ask(self, call: Call, tally: Tally) -> None:
        """A call's first attempt or a later one."""
        waited_s = self._now_s - call.at_s
        if waited_s == 0:
            tally.calls += 1
        open_to = [one for one in self._servers if one.ready and not one.draining and one.sessions < self.model.room]
        if open_to:
            server = min(open_to, key=lambda one: one.sessions)
            server.sessions += 1
            tally.admitted(waited_s)
            self._at(self._now_s + call.speaks_s, lambda: self._end(server))
            return
        self._refused += 1
        tally.refusals += 1
        if waited_s + self.settings.retry_s <= self.settings.patience_s:
            self._at(self._now_s + self.settings.retry_s, lambda: self._ask(call, tally))
        else:
            tally.lost += 1

    def _end(self, server: _Server) -> None:
        server.sessions -= 1
        if server.draining and not server.sessions:
            self._servers.remove(server)

    def _look(self, tally: Tally) -> None:
        seen = self._seen()
        wanted = self.policy.wanted(seen)
        self._refused = 0
        tally.looked(self._now_s, servers=len(self._servers), sessions=seen.sessions, queued=seen.queued, wanted=wanted)
        self._set(wanted, tally)
        self._at(self._now_s + self.settings.look_s, lambda: self._look(tally))

    def _seen(self) -> Seen:
        active = [server for server in self._servers if not server.draining]
        return Seen(
            at_s=self._now_s,
            ready=sum(server.ready for server in active),
            starting=sum(not server.ready for server in active),
            sessions=sum(server.sessions for server in self._servers),
            queued=sum(self.model.load(server.sessions).waiting for server in self._servers),
            refused=self._refused,
            room=self.model.good,
        )

    def _set(self, wanted: int, tally: Tally) -> None:
        """Orders servers, takes draining ones back first; or lets the emptiest go."""
        active = [server for server in self._servers if not server.draining]
        for _ in range(wanted - len(active)):
            back = max((one for one in self._servers if one.draining), key=lambda one: one.sessions, default=None)
            if back is not None:
                back.draining = False
                continue
            tally.starts += 1
            server = _Server(ready=False, ordered_s=self._now_s)
            self._servers.append(server)
            self._at(self._now_s + self.settings.start_s, lambda server=server: setattr(server, "ready", True))  # type: ignore[misc]
        for server in sorted(active, key=lambda one: (one.ready, one.sessions))[: max(0, len(active) - wanted)]:
            if server.sessions:
                server.draining = True
            else:
                self._servers.remove(server)
