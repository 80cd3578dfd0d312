"""When a server says when to come back, the client comes then: not before, and not much later."""

import time

import pytest
from tests.client.scripted_server import Wire, scripted_server

import livetranslate
from livetranslate.protocol import Done, ErrorCode, LiveTranslateError, SessionStarted
from livetranslate.reconnection import Reconnecting, ReconnectPolicy


class Full:
    """A server that has no place for the first few."""

    def __init__(self, refusals: int, retry_after_s: float | None) -> None:
        self.refusals = refusals
        self.error = LiveTranslateError(ErrorCode.SERVER_BUSY, "3 sessions are open.", retry_after_s=retry_after_s)
        self.asked_at: list[float] = []

    async def __call__(self, wire: Wire) -> None:
        start = await wire.take()
        self.asked_at.append(time.monotonic())
        if len(self.asked_at) <= self.refusals:
            wire.refuse(start.id, str(self.error))
            return
        wire.started()
        while (request := await wire.take()) is not None:
            if request.id == "end":
                wire.event(Done, 1, audio_s=0.0, speech_s=0.0, utterances=0, words=0)
                wire.final("start")


async def open_and_end(address: str, **options):
    async with livetranslate.connect(address).session(**options) as session:
        await session.end()
        return [type(event) async for event in session]


async def test_a_full_server_is_asked_again_when_it_said():
    server, notices = Full(2, 0.4), []
    async with scripted_server(server) as (address, _):
        assert await open_and_end(address, on_connection=notices.append) == [SessionStarted, Done]
    first, second, third = server.asked_at
    assert min(second - first, third - second) >= 0.4
    assert [type(notice) for notice in notices] == [Reconnecting] * 2
    assert {notice.reason.retry_after_s for notice in notices} == {0.4}


@pytest.mark.parametrize(
    ("retry_after_s", "policy"),
    [
        (5.0, ReconnectPolicy(open_patience_s=1.0)),
        (0.1, ReconnectPolicy(open_patience_s=0.0)),
        (0.1, None),
        (None, ReconnectPolicy()),
    ],
)
async def test_who_has_no_patience_or_gets_no_advice_is_refused_at_once(retry_after_s, policy):
    server = Full(1, retry_after_s)
    async with scripted_server(server) as (address, _):
        with pytest.raises(LiveTranslateError, match="3 sessions") as raised:
            await open_and_end(address, reconnect=policy)
    assert raised.value.retry_after_s == retry_after_s
    assert len(server.asked_at) == 1


async def test_another_server_that_has_a_place_is_taken_at_once():
    full, free = Full(9, 60.0), Full(0, None)
    async with scripted_server(full) as (busy, _), scripted_server(free) as (address, _):
        assert await open_and_end([busy, address]) == [SessionStarted, Done]
    assert len(full.asked_at) == len(free.asked_at) == 1


async def test_a_broken_session_honours_the_advice_too():
    server, waits = Full(2, 0.4), []

    async def attempt() -> None:
        server.asked_at.append(time.monotonic())
        if len(server.asked_at) <= server.refusals:
            raise server.error

    async for trial in ReconnectPolicy(first_wait_s=0.01).attempts(lambda number, _: waits.append(number)):
        with trial:
            await attempt()
    first, second, third = server.asked_at
    assert min(second - first, third - second) >= 0.4
    assert waits == [1, 2]
