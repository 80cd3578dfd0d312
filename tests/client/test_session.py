"""How a session behaves when the server answers slowly, strangely, or not at all."""

import asyncio

import pytest
from tests.client.scripted_server import Wire, scripted_server

import livetranslate
from livetranslate.protocol import Done, Error, ErrorCode, LiveTranslateError, SessionStarted

SECOND = b"\0" * 32_000


async def chunks(count: int):
    for _ in range(count):
        yield SECOND


async def one_chunk_and_a_pause():
    """A speaker who has not finished."""
    yield SECOND
    await asyncio.sleep(60)


async def drain(session, audio, seen: list | None = None) -> None:
    async for event in session.stream(audio):
        if seen is not None:
            seen.append(type(event))


async def obedient(wire: Wire) -> None:
    """Acknowledges every chunk, and ends as asked."""
    while (request := await wire.take()) is not None:
        if request.id == "start":
            wire.started()
        elif request.id == "end":
            wire.event(Done, 1, audio_s=1.0, speech_s=0.0, utterances=0, words=0)
            wire.final("start")
            wire.final("end")
        else:
            wire.final(request.id)


async def test_a_session_names_its_newest_version_and_id_on_every_request():
    async with scripted_server(obedient, versions=("2", "10", "9")) as (address, wires):
        async with livetranslate.connect(address).session(source="en", targets=["es"]) as session:
            events = [event async for event in session.stream(chunks(2))]
        assert session.model_version == "10"
        assert [type(event) for event in events] == [SessionStarted, Done]
        seen = wires[0].seen
        assert [request.id for request in seen] == ["start", "1", "2", "end"]
        assert {request.model_version for request in seen} == {"10"}
        assert {request.parameters["sequence_id"].string_param for request in seen} == {session.session_id}
        assert [request.parameters["sequence_start"].bool_param for request in seen] == [True, False, False, False]
        assert [request.parameters["sequence_end"].bool_param for request in seen] == [False, False, False, True]


async def test_chunks_are_cut_at_whole_frames_below_the_limit():
    layout = livetranslate.protocol.AudioFormat(encoding="s16le", rate_hz=192_000, channels=7)
    async with scripted_server(obedient) as (address, wires):
        async with livetranslate.connect(address).session(audio=layout) as session:
            await session.send(b"\0" * 3_000_001)
            await session.send(b"\0" * 3)
            await session.end()
            assert [type(event) async for event in session] == [SessionStarted, Done]
        sizes = [len(request.raw_input_contents[0]) for request in wires[0].seen[1:-1]]
        assert sum(sizes) == 3_000_004
        assert all(size % 14 == 0 and size <= 1 << 20 for size in sizes[:-1])
        assert not wires[0].seen[-1].raw_input_contents


async def test_bytes_of_an_incomplete_frame_reach_the_server_with_the_end():
    async with scripted_server(obedient) as (address, wires):
        async with livetranslate.connect(address).session() as session:
            await session.send(b"\0\0\0")
            await session.end()
            assert [type(event) async for event in session][-1] is Done
        assert wires[0].seen[-1].raw_input_contents[0] == b"\0"


async def test_send_waits_while_too_much_audio_is_unacknowledged():
    release = asyncio.Event()

    async def slow(wire: Wire) -> None:
        held: list[str] = []
        while (request := await wire.take()) is not None:
            if request.id == "start":
                wire.started()
            else:
                held.append(request.id)
            if len(held) == 3:
                await release.wait()
                for request_id in held:
                    wire.final(request_id)
                held = []

    async with scripted_server(slow) as (address, wires):
        async with livetranslate.connect(address).session(max_unacknowledged_s=3.0) as session:
            sender = asyncio.create_task(session.send(SECOND * 4))
            done, _ = await asyncio.wait({sender}, timeout=0.5)
            assert not done
            assert session.audio_sent_s == pytest.approx(3.0)
            release.set()
            await asyncio.wait_for(sender, 10)
            assert session.audio_sent_s == pytest.approx(4.0)
        assert len(wires[0].seen) <= 5


async def test_a_fatal_error_event_is_yielded_and_then_raised():
    async def failing(wire: Wire) -> None:
        await wire.take()
        wire.started()
        await wire.take()
        wire.event(Error, 1, code=ErrorCode.AUDIO_NOT_FINITE, category="audio", message="Sample 7 is NaN.", fatal=True)
        wire.final("start")
        await wire.take()

    async with scripted_server(failing) as (address, _), livetranslate.connect(address).session() as session:
        seen = []
        with pytest.raises(LiveTranslateError, match="Sample 7 is NaN") as raised:
            await drain(session, chunks(100), seen)
        assert seen == [SessionStarted, Error]
        assert raised.value.code is ErrorCode.AUDIO_NOT_FINITE
        with pytest.raises(LiveTranslateError, match="Sample 7 is NaN"):
            await session.send(SECOND)


async def test_a_stream_that_ends_without_done_is_a_broken_connection():
    async def quitting(wire: Wire) -> None:
        await wire.take()
        wire.started()
        await wire.take()

    async with scripted_server(quitting) as (address, _), livetranslate.connect(address).session() as session:
        with pytest.raises(LiveTranslateError, match="without 'done'") as raised:
            await drain(session, one_chunk_and_a_pause())
        assert raised.value.code is ErrorCode.CONNECTION_FAILED


async def test_a_connection_that_breaks_is_told_as_a_sentence():
    async def dying(wire: Wire) -> None:
        await wire.take()
        wire.started()
        await wire.take()
        await wire.context.abort(14, "Socket closed")

    async with scripted_server(dying) as (address, _), livetranslate.connect(address).session() as session:
        with pytest.raises(LiveTranslateError) as raised:
            await drain(session, one_chunk_and_a_pause())
        assert raised.value.code is ErrorCode.CONNECTION_FAILED
        assert "Socket closed" in raised.value.message


async def test_a_connection_that_breaks_while_audio_is_sent_is_a_broken_connection():
    async def dying(wire: Wire) -> None:
        await wire.take()
        wire.started()
        await wire.take()
        await wire.context.abort(14, "Socket closed")

    async with scripted_server(dying) as (address, _), livetranslate.connect(address).session() as session:
        with pytest.raises(LiveTranslateError, match="broke") as raised:
            await drain(session, chunks(1000))
        assert raised.value.code is ErrorCode.CONNECTION_FAILED


async def test_a_refused_start_is_raised_on_entering():
    async def refusing(wire: Wire) -> None:
        request = await wire.take()
        wire.refuse(request.id, "[SERVER_BUSY] 512 sessions are open; try again.")
        await wire.take()

    async with scripted_server(refusing) as (address, _):
        with pytest.raises(LiveTranslateError, match="512 sessions") as raised:
            async with livetranslate.connect(address).session():
                pytest.fail("the session started")
        assert raised.value.code is ErrorCode.SERVER_BUSY


async def test_a_start_that_is_never_answered_ends_with_a_sentence():
    async def silent(wire: Wire) -> None:
        while await wire.take() is not None:
            pass

    async with scripted_server(silent) as (address, _):
        with pytest.raises(LiveTranslateError, match=r"within 0\.3 s") as raised:
            async with livetranslate.connect(address).session(start_timeout_s=0.3):
                pytest.fail("the session started")
        assert raised.value.code is ErrorCode.SERVER_BUSY


async def test_events_of_a_newer_server_are_skipped_but_kept_raw():
    newer = b'{"type":"mood.update","seq":1,"emitted_at":"2026-01-01T00:00:00Z","mood":"good"}'

    async def modern(wire: Wire) -> None:
        await wire.take()
        wire.started()
        wire.raw_event(newer)
        wire.event(Done, 2, audio_s=0.0, speech_s=0.0, utterances=0, words=0)
        wire.final("start")
        while (request := await wire.take()) is not None:
            wire.final(request.id)

    async with scripted_server(modern) as (address, _):
        async with livetranslate.connect(address).session() as session:
            await session.end()
            assert [type(event) async for event in session] == [SessionStarted, Done]
        async with livetranslate.connect(address).session() as session:
            await session.end()
            assert newer in [received.raw async for received in session.received()]


async def test_leaving_early_cancels_the_stream_on_the_server():
    async def waiting(wire: Wire) -> None:
        await wire.take()
        wire.started()
        while await wire.take() is not None:
            pass

    async with scripted_server(waiting) as (address, wires):
        async with livetranslate.connect(address).session() as session:
            await session.send(SECOND)
        await asyncio.wait_for(wires[0].cancelled.wait(), 10)
        with pytest.raises(LiveTranslateError) as raised:
            await session.send(SECOND)
        assert raised.value.code is ErrorCode.SESSION_CANCELLED


async def test_a_failing_audio_source_is_raised_to_the_reader():
    async def broken():
        yield SECOND
        raise OSError("the tape tore")

    async with scripted_server(obedient) as (address, _), livetranslate.connect(address).session() as session:
        with pytest.raises(OSError, match="the tape tore"):
            await drain(session, broken())


async def test_sending_after_the_end_is_refused():
    async with scripted_server(obedient) as (address, _), livetranslate.connect(address).session() as session:
        await session.end()
        await session.end()
        with pytest.raises(LiveTranslateError) as raised:
            await session.send(SECOND)
        assert raised.value.code is ErrorCode.SESSION_ENDED
