"""A campaign of malformed requests: who sends them, what became of each, who suffered."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from livetranslate.protocol import ErrorCode
from loadtests.faults.bad_requests import BadRequest, Door
from loadtests.faults.delivery import raw_bytes
from loadtests.faults.delivery.grpc_calls import GrpcDoor
from loadtests.faults.delivery.verdict import Fate, Verdict
from loadtests.faults.process_watch import Ended, ProcessWatch, incidents
from loadtests.faults.server import Server

SUSPECT_S = 3.0
"""Requests that were answered so long before a process was seen to be gone may have ended it."""
AFTER_S = 0.5
"""How long a process that a request kills may live on."""
SAMPLES = 5
"""Answers of each code whose words are kept."""


@dataclass
class Delivered:
    """One request and its fate.

    Attributes:
        number: in the campaign; with the seed it makes the same request again.
        request: what was sent.
        verdict: what became of it.
        at: monotonic time of the answer.
        again: what became of it when it was sent once more, alone.
        ended: processes that ended when it was sent alone, by model.
    """

    number: int
    request: BadRequest
    verdict: Verdict
    at: float
    again: Verdict | None = None
    ended: list[str] = field(default_factory=list)


class Campaign:
    """Sends requests through their doors.

    Args:
        server: where to.
        first: number of the first request.
        deadline_s: patience with each request.
        parallel: how many are under way at once.
        tell: called with each request that has met its fate.

    Attributes:
        counts: (kind, fate) -> how many.
        codes: (fate, code) -> how many.
        samples: (fate, code) -> some requests and the words of their answers.
        remarkable: hangs, lost requests, and answers that say INTERNAL.
        crashes: processes that ended during the campaign, one for each incident.
        watch: of the server's processes.
    """

    def __init__(
        self, server: Server, *, first: int = 0, deadline_s: float, parallel: int,
        tell: Callable[[Delivered], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.counts: Counter[tuple[str, Fate]] = Counter()
        self.codes: Counter[tuple[Fate, str]] = Counter()
        self.samples: defaultdict[tuple[Fate, str], dict[str, str]] = defaultdict(dict)
        self.remarkable: list[Delivered] = []
        self.watch = ProcessWatch(server)
        self.crashes: list[Ended] = []
        self._server = server
        self._first = first
        self._tell = tell
        self._deadline_s = deadline_s
        self._parallel = parallel
        self._recent: list[Delivered] = []
        self._suspects: dict[int, Delivered] = {}
        self._blamed = 0

    async def run(self, requests: Iterable[BadRequest]) -> None:
        """Sends all."""
        waiting = iter(enumerate(requests, start=self._first))
        watching = asyncio.create_task(self.watch.run())
        try:
            await asyncio.gather(*(self._worker(waiting) for _ in range(self._parallel)))
            await asyncio.sleep(SUSPECT_S)
            self._blame()
            self.crashes = incidents(self.watch.ended)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def confirm(self) -> None:
        """Sends hung, lost and suspect requests once more, each alone, to see which of them it is."""
        doubtful = {one.number: one for one in self.remarkable if one.verdict.fate in (Fate.HANG, Fate.LOST)}
        for one in (doubtful | self._suspects).values():
            one.again = await self._deliver(one.request)
            await asyncio.sleep(AFTER_S)
            one.ended = [ended.model for ended in incidents(await asyncio.to_thread(self.watch.gone))]
            if one.ended:
                if one.number not in doubtful:
                    self.remarkable.append(one)
                await asyncio.to_thread(self._server.wait_until_ready)
                await asyncio.to_thread(self.watch.look)

    async def _worker(self, waiting: Iterator[tuple[int, BadRequest]]) -> None:
        for number, request in waiting:
            verdict = await self._deliver(request)
            one = Delivered(number, request, verdict, time.monotonic())
            self.counts[request.kind, verdict.fate] += 1
            self.codes[verdict.fate, verdict.code] += 1
            if len(texts := self.samples[verdict.fate, verdict.code]) < SAMPLES and verdict.text:
                texts.setdefault(f"{request.model or request.kind}: {request.what}", verdict.text)
            is_ours = verdict.fate is Fate.CODE and verdict.code == ErrorCode.INTERNAL.value
            if is_ours or verdict.fate in (Fate.HANG, Fate.LOST):
                self.remarkable.append(one)
            self._recent = [*(r for r in self._recent if one.at - r.at < 2 * SUSPECT_S), one]
            self._blame()
            self._tell(one)
            if verdict.fate is Fate.LOST:
                await asyncio.to_thread(self._server.wait_until_ready)

    def _blame(self) -> None:
        """Notes what was answered shortly before a process was seen to be gone."""
        for ended in self.watch.ended[self._blamed :]:
            self._suspects |= {one.number: one for one in self._recent if abs(one.at - ended.at) < SUSPECT_S}
        self._blamed = len(self.watch.ended)

    async def _deliver(self, request: BadRequest) -> Verdict:
        began = time.monotonic()
        if request.door in (Door.HTTP, Door.GRPC_BYTES):
            address = self._server.http_address if request.door is Door.HTTP else self._server.grpc_url
            verdict = await raw_bytes.deliver(request, address, deadline_s=self._deadline_s)
        else:
            # A channel of its own for each: what one does to its connection must not be taken for another's fate.
            door = GrpcDoor(self._server.grpc_url, deadline_s=self._deadline_s)
            try:
                verdict = await (door.call(request) if request.door is Door.CALL else door.stream(request))
            finally:
                await door.close()
        return Verdict(verdict.fate, verdict.code, verdict.text, round(time.monotonic() - began, 3))
