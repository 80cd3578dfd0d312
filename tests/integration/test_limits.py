"""What a server does when there is too much of something: sessions, audio, events that nobody reads."""

from __future__ import annotations

import asyncio
import json
import queue
import time
import uuid
from contextlib import ExitStack

import grpc
import jiwer
import pytest
from loadtests.live.clips import JFK_WORDS, normalise
from tests.integration.raw_session import START_REQUEST, RawSession, jfk_pcm, open_sessions
from tritonclient.grpc import service_pb2_grpc

import livetranslate
from livetranslate.inference import StreamResponse, bytes_tensor, infer_request, uint8_tensor
from livetranslate.protocol import (
    Done,
    ErrorCode,
    LiveTranslateError,
    SessionStarted,
    TranscriptFinal,
    Warning_,
    decode_event,
    tensors,
)
from livetranslate.reconnection import Reconnecting, ReconnectPolicy
from livetranslate.session import MAX_UNACKNOWLEDGED_S

pytestmark = pytest.mark.integration

MAX_SESSIONS = 64
RETRY_AFTER_S = 5.0
BYTES_PER_S = 32_000


@pytest.fixture
def quiet_server(server):
    """The server, once sessions of other tests are gone."""
    deadline = time.monotonic() + 60
    while open_sessions(server) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert open_sessions(server) == 0
    return server


def open_in_time(stack, url):
    """A session that is let in as soon as the server has seen what those cost that it has."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        session = stack.enter_context(RawSession(url))
        session.start(source="en").wait(answers=1, timeout_s=30)
        if session.events:
            return session
        assert LiveTranslateError.parse(session.errors[0]).code is ErrorCode.SERVER_BUSY
        time.sleep(0.5)
    raise AssertionError("No session was let in for a minute.")


@pytest.fixture
def full(quiet_server):
    """As many sessions as the server takes."""
    with ExitStack() as stack:
        yield [open_in_time(stack, quiet_server.grpc_url) for _ in range(MAX_SESSIONS)]


def test_one_session_too_many_is_refused_with_the_figures_and_a_time_and_the_others_go_on(full, server):
    for _ in range(3):  # a refusal leaves nothing behind
        with RawSession(server.grpc_url) as late:
            late.start(source="en").wait(timeout_s=20)
        assert late.events == []
        refusal = LiveTranslateError.parse(late.errors[0])
        assert refusal.code is ErrorCode.SERVER_BUSY
        assert refusal.retry_after_s == RETRY_AFTER_S
        assert f"{MAX_SESSIONS} sessions are open" in refusal.message
    full[0].stream(jfk_pcm()).end().wait()
    assert jiwer.wer(JFK_WORDS, normalise(" ".join(event.text for event in full[0].of(TranscriptFinal)))) <= 0.1
    with ExitStack() as stack:
        next_one = open_in_time(stack, server.grpc_url)
        next_one.end().wait(timeout_s=20)
        assert [type(event) for event in next_one.events] == [SessionStarted, Done]


async def test_the_client_comes_back_when_it_was_told_to(full, server):
    notices = []
    policy = ReconnectPolicy(open_patience_s=60)
    session = livetranslate.connect(server.grpc_url).session("en", reconnect=policy, on_connection=notices.append)
    began = time.monotonic()
    asyncio.get_running_loop().call_later(1.0, full[0].vanish)
    async with session:
        waited_s = time.monotonic() - began
        await session.end()
        assert [type(event) async for event in session] == [SessionStarted, Done]
    assert waited_s >= RETRY_AFTER_S
    assert {type(notice) for notice in notices} == {Reconnecting}
    assert {notice.reason.retry_after_s for notice in notices} == {RETRY_AFTER_S}


class DeafSession:
    """Sends, and reads nothing until it is asked to: its events wait in the server."""

    def __init__(self, grpc_url: str) -> None:
        # Without probing, the stream's window stays at 64 KiB: the server soon has nowhere to send to.
        self._channel = grpc.insecure_channel(
            grpc_url, options=[("grpc.http2.bdp_probe", 0), ("grpc.use_local_subchannel_pool", 1)]
        )
        self._id = str(uuid.uuid4())
        self._requests: queue.SimpleQueue = queue.SimpleQueue()
        stub = service_pb2_grpc.GRPCInferenceServiceStub(self._channel)
        self._call = stub.ModelStreamInfer(iter(self._requests.get, None))

    def send(self, inputs: list, *, request_id: str = "chunk", end: bool = False) -> None:
        parameters = {
            "sequence_id": self._id,
            "sequence_start": request_id == START_REQUEST,
            "sequence_end": end,
            "triton_enable_empty_final_response": True,
        }
        self._requests.put(
            infer_request(tensors.LIVE_TRANSLATION, inputs, request_id=request_id, parameters=parameters)
        )

    def read_all(self) -> tuple[list, int]:
        """Its events, and the bytes of everything that came."""
        events, size = [], 0
        for message in self._call:
            response = StreamResponse(message)
            size += message.ByteSize()
            events += [decode_event(raw) for raw in response.items(tensors.EVENT)]
            if response.final and response.request_id == START_REQUEST:
                break
        self._requests.put(None)
        return events, size

    def __enter__(self) -> DeafSession:
        return self

    def __exit__(self, *_: object) -> None:
        self._call.cancel()
        self._channel.close()


def test_a_client_that_does_not_read_hurts_no_other_and_finds_everything_when_it_does(quiet_server):
    server, rounds = quiet_server, 9
    audio = (jfk_pcm() + bytes(BYTES_PER_S)) * rounds
    with DeafSession(server.grpc_url) as deaf:
        options = bytes_tensor(tensors.OPTIONS, json.dumps({"source": "en"}).encode(), shape=(1,))
        deaf.send([options], request_id=START_REQUEST)
        for position in range(0, len(audio), 1600):
            deaf.send([uint8_tensor(tensors.AUDIO, audio[position : position + 1600])])
        deaf.send([], end=True)
        with RawSession(server.grpc_url) as neighbour:
            neighbour.start(source="en", targets=["es"]).stream(jfk_pcm()).end().wait()
        assert neighbour.errors == []
        assert jiwer.wer(JFK_WORDS, normalise(" ".join(e.text for e in neighbour.of(TranscriptFinal)))) <= 0.1
        events, size = deaf.read_all()
    assert size > 2 * 65_536  # more than was under way: most of it waited in the server
    assert [event.seq for event in events] == list(range(len(events)))
    assert isinstance(events[-1], Done)
    words = normalise(" ".join(event.text for event in events if isinstance(event, TranscriptFinal)))
    assert jiwer.wer(" ".join([JFK_WORDS] * rounds), words) <= 0.15


def test_a_client_that_ignores_acknowledgements_loses_audio_and_is_told_and_keeps_its_times(quiet_server):
    audio = (jfk_pcm() + bytes(BYTES_PER_S)) * 40
    with RawSession(quiet_server.grpc_url) as session:
        session.start(source="en").stream(audio, 3_200).end().wait(timeout_s=300)
    warnings = [event for event in session.of(Warning_) if event.code is ErrorCode.SERVER_BUSY]
    assert warnings
    assert "limit 120 s" in warnings[0].message
    assert session.of(Done)[0].audio_s == pytest.approx(len(audio) / BYTES_PER_S, abs=0.5)
    assert len(warnings) < len(audio) / 3_200 / 4  # most refused chunks follow another


async def test_the_client_sends_a_file_no_faster_than_the_server_takes_it(server):
    audio = (jfk_pcm() + bytes(BYTES_PER_S)) * 20

    async def chunks():
        for position in range(0, len(audio), 3_200):
            yield audio[position : position + 3_200]

    ahead_s = []
    async with livetranslate.connect(server.grpc_url).session("en") as session:
        async for event in session.stream(chunks()):
            assert not isinstance(event, Warning_)
            if isinstance(event, TranscriptFinal):
                ahead_s.append(session.audio_sent_s - event.audio_end_s)
    # Beyond what may be unacknowledged: what is acknowledged in advance, and an utterance.
    assert max(ahead_s) <= MAX_UNACKNOWLEDGED_S + 5 + 15
    assert event.audio_s == pytest.approx(len(audio) / BYTES_PER_S, abs=0.5)
