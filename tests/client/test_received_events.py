"""Events wait for their reader, within a bound."""

import pytest
from tests.client.scripted_server import Wire, scripted_server

import livetranslate
from livetranslate.protocol import ErrorCode, LiveTranslateError, TranslationPartial
from livetranslate.received_events import EventInbox, ReceivedEvent


async def test_events_that_nobody_reads_end_the_session_with_a_sentence(monkeypatch):
    monkeypatch.setattr("livetranslate.received_events.MAX_UNREAD_BYTES", 100_000)

    async def talkative(wire: Wire) -> None:
        await wire.take()
        wire.started()
        for number in range(1, 1000):
            wire.event(TranslationPartial, number, utterance_id=0, language="es", text="x" * 1000)
        await wire.take()

    async with scripted_server(talkative) as (address, _), livetranslate.connect(address).session() as session:
        await session._inbox.wait_for_end()
        with pytest.raises(LiveTranslateError, match="wait to be read") as raised:
            await session.send(b"\0\0")
        assert raised.value.code is ErrorCode.EVENTS_NOT_READ
        received: list[int] = []

        async def read() -> None:
            async for event in session:
                received.append(event.seq)

        with pytest.raises(LiveTranslateError, match="wait to be read"):
            await read()
        assert received == list(range(len(received)))
        assert 80 < len(received) < 120


async def test_what_was_read_makes_room():
    inbox = EventInbox()
    for _ in range(3):
        inbox.put(ReceivedEvent(b"x" * (20 << 20), None, 0.0))
        inbox.check_room()
        assert await inbox.get() is not None
