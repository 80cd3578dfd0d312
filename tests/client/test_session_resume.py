"""A session across breaks, against a server that remembers nothing but what a token tells it."""

import asyncio
import hashlib
import json
import random

import pytest
from tests.client.scripted_server import Wire, scripted_server

import livetranslate
from livetranslate.protocol import (
    Checkpoint,
    Done,
    Endpoint,
    Error,
    ErrorCode,
    LiveTranslateError,
    SessionStarted,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    Word,
)
from livetranslate.reconnection import Reconnected, Reconnecting, ReconnectPolicy

SECOND_BYTES = 32_000
REHEAR = 2
QUICK = ReconnectPolicy(patience_s=10.0, first_wait_s=0.02, longest_wait_s=0.1, max_breaks=100)


def recording(seconds: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(seconds * SECOND_BYTES)


def said(second: bytes) -> str:
    return hashlib.sha256(second).hexdigest()[:8]


def expected(pcm: bytes) -> list[str]:
    return [said(pcm[start : start + SECOND_BYTES]) for start in range(0, len(pcm), SECOND_BYTES)]


class Hearer:
    """Says one final a second of audio and one translation after it; breaks the stream when it is told to.

    A session that it takes up must ask for the events and translations that are missing, or the test fails.
    """

    def __init__(self, breaks=lambda: False, how: str = "abort", silent_seconds: int = 0) -> None:
        self.breaks = breaks
        self.how = how
        self.silent_seconds = silent_seconds
        self.starts: list[dict] = []
        self.requests = 0

    async def __call__(self, wire: Wire) -> None:
        start = await wire.take()
        options = json.loads(start.raw_input_contents[0][4:])
        self.starts.append(options)
        resume = options.get("resume")
        heard = json.loads(resume["token"])["heard"] if resume else 0
        self.seq = resume["last_seq"] + 1 if resume else 0
        self.say(
            wire, SessionStarted, session_id="x", source="en", targets=(), resumed=bool(resume), **self.token(heard)
        )
        for missing in resume.get("untranslated", ()) if resume else ():
            self.say(wire, TranslationFinal, missing["utterance_id"], language="es", text=missing["text"].upper())
        audio = b"\0" * (max(0, heard - REHEAR) * SECOND_BYTES)
        while (request := await wire.take()) is not None:
            self.requests += 1
            if request.id != "end":
                audio += request.raw_input_contents[0]
                wire.final(request.id)
            while len(audio) >= (heard + 1) * SECOND_BYTES:
                second = audio[heard * SECOND_BYTES : (heard + 1) * SECOND_BYTES]
                heard += 1
                if heard <= self.silent_seconds:
                    self.say(wire, Checkpoint, **self.token(heard))
                    continue
                self.say(wire, TranscriptFinal, heard - 1, text=said(second), language="en", **self.token(heard))
                if await self.broke(wire):
                    return
                self.say(wire, TranslationFinal, heard - 1, language="es", text=said(second).upper())
            if await self.broke(wire):
                return
            if request.id == "end":
                self.say(wire, Done, audio_s=heard, speech_s=0.0, utterances=heard, words=heard)
                wire.final("start")

    def token(self, heard: int) -> dict:
        return {"resume_token": json.dumps({"heard": heard}), "resume_from_s": float(max(0, heard - REHEAR))}

    def say(self, wire: Wire, kind, utterance_id=None, **fields) -> None:
        wire.event(kind, self.seq, utterance_id=utterance_id, **fields)
        self.seq += 1

    async def broke(self, wire: Wire) -> bool:
        if not self.breaks():
            return False
        if self.how == "abort":
            await asyncio.sleep(0.005)  # what was said is on its way
            await wire.context.abort(14, "Socket closed")
        elif self.how == "fatal":
            fields = {"category": "model", "message": "The server is going away.", "fatal": True}
            wire.event(Error, self.seq, code=ErrorCode.MODEL_UNAVAILABLE, **fields)
            wire.final("start")
        elif self.how == "forgotten":
            wire.refuse("1", "inference request for sequence x to model 'm' must specify the START flag")
        return True


async def microphone(pcm: bytes, step: int = 5_000, pause_s: float = 0.0):
    for start in range(0, len(pcm), step):
        yield pcm[start : start + step]
        await asyncio.sleep(pause_s)


async def hear(address, pcm, **options):
    session = livetranslate.connect(address).session("en", ["es"], **{"reconnect": QUICK, **options})
    async with session:
        return [event async for event in session.stream(microphone(pcm))]


def check(events, pcm) -> None:
    finals = [event for event in events if isinstance(event, TranscriptFinal)]
    assert [final.text for final in finals] == expected(pcm)
    assert [final.utterance_id for final in finals] == list(range(len(finals)))
    translated = [(e.utterance_id, e.text) for e in events if isinstance(e, TranslationFinal)]
    assert sorted(translated) == [(final.utterance_id, final.text.upper()) for final in finals]
    assert [event.seq for event in events] == list(range(len(events)))
    assert isinstance(events[-1], Done)
    assert not [event for event in events if isinstance(event, Error)]


@pytest.mark.parametrize("seed", range(50))
async def test_whatever_breaks_when_every_word_comes_once(seed):
    dice = random.Random(seed)
    hearer = Hearer(lambda: dice.random() < 0.1, how=dice.choice(["abort", "fatal", "forgotten"]))
    pcm = recording(dice.randint(1, 8), seed)
    async with scripted_server(hearer) as (address, _):
        check(await hear(address, pcm), pcm)


async def test_a_break_is_told_and_so_is_its_end():
    breaks = iter([False] * 20 + [True])
    hearer = Hearer(lambda: next(breaks, False))
    notices = []
    pcm = recording(6)
    async with scripted_server(hearer) as (address, wires):
        events = await hear(address, pcm, on_connection=notices.append)
    check(events, pcm)
    assert [type(notice) for notice in notices] == [Reconnecting, Reconnected]
    assert notices[0].reason.code is ErrorCode.CONNECTION_FAILED
    assert notices[1].address == address
    assert [event.resumed for event in events if isinstance(event, SessionStarted)] == [False, True]
    ids = {request.parameters["sequence_id"].string_param for wire in wires for request in wire.seen}
    assert len(ids) == 2


async def test_without_a_policy_a_break_ends_the_session():
    hearer = Hearer(lambda: True)
    async with scripted_server(hearer) as (address, _):
        with pytest.raises(LiveTranslateError) as raised:
            await hear(address, recording(4), reconnect=None)
    assert raised.value.code is ErrorCode.CONNECTION_FAILED
    assert len(hearer.starts) == 1
    assert not hearer.starts[0].get("resumable")


async def test_what_is_wrong_with_the_audio_is_not_tried_again():
    class Strict(Hearer):
        async def broke(self, wire):
            fields = {"category": "audio", "message": "Sample 7 is NaN.", "fatal": True}
            self.say(wire, Error, code=ErrorCode.AUDIO_NOT_FINITE, **fields)
            wire.final("start")
            return True

    hearer = Strict()
    async with scripted_server(hearer) as (address, _):
        with pytest.raises(LiveTranslateError, match="Sample 7") as raised:
            await hear(address, recording(3))
    assert raised.value.code is ErrorCode.AUDIO_NOT_FINITE
    assert len(hearer.starts) == 1


async def test_a_refused_token_ends_the_session_with_both_reasons():
    class Forgetful(Hearer):
        async def __call__(self, wire):
            if self.starts:
                await wire.take()
                self.starts.append({})
                fields = {"category": "protocol", "message": "Its signature fits none.", "fatal": True}
                wire.event(Error, 0, code=ErrorCode.RESUME_TOKEN_INVALID, **fields)
                wire.final("start")
                return
            await super().__call__(wire)

    hearer = Forgetful(lambda: True)
    async with scripted_server(hearer) as (address, _):
        with pytest.raises(LiveTranslateError, match=r"Socket closed.*fits none"):
            await hear(address, recording(3))
    assert len(hearer.starts) == 2


async def test_another_server_of_the_fleet_takes_the_session_up():
    breaks = iter([False] * 10 + [True])
    first, second = Hearer(lambda: next(breaks, False)), Hearer()
    pcm = recording(5)
    async with scripted_server(second) as (other, _), scripted_server(first) as (address, _):
        session = livetranslate.connect([address, other]).session("en", ["es"], reconnect=QUICK)
        async with session:
            events, sender = [], asyncio.create_task(session.send(pcm))
            async for event in session:
                events.append(event)
                if isinstance(event, TranscriptFinal) and event.utterance_id == 0:
                    break
            await sender
            # The first server is gone now, with the session open or already broken.
            await session.end()
            events += [event async for event in session]
    check(events, pcm)
    assert len(first.starts) >= 1


async def test_a_server_that_stays_away_is_given_up_in_time():
    hearer = Hearer(lambda: hearer.requests > 3)
    patience = ReconnectPolicy(patience_s=0.6, first_wait_s=0.05, longest_wait_s=0.1)
    notices = []
    async with scripted_server(hearer) as (address, _):
        session = livetranslate.connect(address).session("en", reconnect=patience, on_connection=notices.append)
        await session.__aenter__()
    try:
        with pytest.raises(LiveTranslateError, match=r"It was tried again for \d s") as raised:
            async for _ in session.stream(microphone(recording(5))):
                pass
        assert raised.value.code is ErrorCode.CONNECTION_FAILED
        assert max(notice.attempt for notice in notices if isinstance(notice, Reconnecting)) >= 2
    finally:
        await session.__aexit__(None, None, None)


async def test_silence_is_let_go_at_checkpoints():
    hearer = Hearer(silent_seconds=30)
    async with scripted_server(hearer) as (address, _):
        session = livetranslate.connect(address).session("en", ["es"])
        async with session:
            async for _ in session.stream(microphone(bytes(30 * SECOND_BYTES))):
                pass
            assert len(session._kept) <= (REHEAR + 2) * SECOND_BYTES


async def test_the_next_server_is_told_which_words_are_promised():
    class Promising(Hearer):
        async def __call__(self, wire):
            if self.starts:
                await super().__call__(wire)
                return
            await wire.take()
            self.starts.append({})
            wire.event(SessionStarted, 0, session_id="x", source="en", targets=(), **self.token(0))
            ask, not_ = Word("Ask", 0.1, 0.3), Word("not", 0.3, 0.5)
            wire.event(TranscriptPartial, 1, utterance_id=0, committed_words=(ask,), unstable_text="not what")
            wire.event(TranscriptPartial, 2, utterance_id=0, committed_words=(not_,), unstable_text="what")
            wire.raw_event(b'{"type":"mood.update","seq":3,"emitted_at":"2026-01-01T00:00:00Z"}')
            wire.event(Endpoint, 4, utterance_id=0, reason="pause")
            await wire.take()

    hearer = Promising()
    async with scripted_server(hearer) as (address, _):
        await hear(address, recording(2))
    resume = hearer.starts[1]["resume"]
    assert resume["last_seq"] == 4
    assert [word["text"] for word in resume["committed_words"]] == ["Ask", "not"]
    assert hearer.starts[1]["resumable"] is True


async def test_a_session_that_only_ever_breaks_is_given_up():
    policy = ReconnectPolicy(patience_s=10, first_wait_s=0.01, max_breaks=3)
    hearer = Hearer(lambda: True, silent_seconds=100)
    async with scripted_server(hearer) as (address, _):
        with pytest.raises(LiveTranslateError):
            await hear(address, recording(1)[:16_000], reconnect=policy)
    assert len(hearer.starts) == 4


async def test_leaving_during_a_break_leaves_nothing_running():
    hearer = Hearer(lambda: True)
    broken = asyncio.Event()
    async with scripted_server(hearer) as (address, _):
        client = livetranslate.connect(address)
        session = client.session("en", reconnect=ReconnectPolicy(), on_connection=lambda _: broken.set())
        async with session:
            session.feed(microphone(recording(5), pause_s=0.01))
            await asyncio.wait_for(broken.wait(), 10)
        assert not session._tasks
        with pytest.raises(LiveTranslateError) as raised:
            await session.send(b"\0\0")
        assert raised.value.code is ErrorCode.SESSION_CANCELLED
