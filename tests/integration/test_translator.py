"""Checked translations from the real server: of texts, of many at once, and while people speak."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

import pytest
from tests.integration.raw_session import jfk_pcm

import livetranslate
from livetranslate.protocol import (
    Done,
    ErrorCode,
    LiveTranslateError,
    SessionUpdate,
    SessionUpdated,
    TranscriptFinal,
    TranslationFinal,
    TranslationPartial,
    Warning_,
)

pytestmark = pytest.mark.integration

BYTES_PER_S = 32_000
CHUNK_BYTES = BYTES_PER_S // 10
SENTENCES = [f"The bus to the town hall leaves at {hour} in the morning." for hour in range(1, 25)]


async def spoken(speech: bytes):
    """Chunks of 0.1 s, each when it would have been spoken."""
    began = time.monotonic()
    for position in range(0, len(speech), CHUNK_BYTES):
        yield speech[position : position + CHUNK_BYTES]
        await asyncio.sleep(max(0.0, began + (position + CHUNK_BYTES) / BYTES_PER_S - time.monotonic()))


async def test_a_text_comes_with_what_made_it_and_what_to_know_of_it(server):
    async with livetranslate.connect(server.grpc_url) as client:
        results = await client.translate_checked(
            "The payment of 50 euros is made by card.", "en", targets=["es", "fr"], glossary={"card": "tarjeta"}
        )
    assert list(results) == ["es", "fr"]
    assert results["es"].route == "llm"
    assert not results["es"].untranslated
    assert "tarjeta" in results["es"].text.lower() or results["es"].lost
    assert "50" in results["es"].text or results["es"].lost


async def test_a_translation_grows_and_its_last_text_is_the_result(server):
    texts = []
    async with livetranslate.connect(server.grpc_url) as client:
        async for delta in client.translate_stream("Good morning, everyone, and thank you.", "en", targets=["es"]):
            texts.append(delta)
    assert len(texts) > 2
    assert texts[-1].final
    assert texts[-1].result is not None
    assert texts[-1].text == texts[-1].result.text


async def test_many_texts_at_once_are_all_translated(server):
    """Metrics updated by several threads, and responses let go of without Python's lock, have crashed it."""
    async with livetranslate.connect(server.grpc_url) as client:
        for _ in range(2):
            work = (client.translate_checked(text, "en", targets=["es"]) for text in SENTENCES)
            for result in await asyncio.gather(*work):
                assert result["es"].text
                assert result["es"].route in ("llm", "source")


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("x" * 5_001, {}, ErrorCode.TEXT_TOO_LONG),
        (" ", {}, ErrorCode.TEXT_EMPTY),
        ("Hello.", {"glossary": {"": "x"}}, ErrorCode.TERMS_INVALID),
        ("Hello.", {"keep": ("y" * 101,)}, ErrorCode.TERMS_INVALID),
        ("Hello.", {"targets": ["xx"]}, ErrorCode.LANGUAGE_UNKNOWN),
    ],
)
async def test_bad_input_is_refused_with_its_code(server, text, options, code):
    async with livetranslate.connect(server.grpc_url) as client:
        with pytest.raises(LiveTranslateError) as caught:
            await client.translate_checked(text, "en", **{"targets": ["es"], **options})
        assert caught.value.code is code
        assert (await client.translate("Good morning.", "en", targets=["es"]))["es"]


async def test_a_simultaneous_translation_begins_before_the_end_and_keeps_its_promises(server):
    speech = jfk_pcm() + bytes(2 * BYTES_PER_S)
    promised: dict[int, list[str]] = defaultdict(list)
    finals: dict[int, str] = {}
    order = []
    session = livetranslate.connect(server.grpc_url).session("en", ["es"], translation="simultaneous", pause_s=1.5)
    async with session:
        async for event in session.stream(spoken(speech)):
            if isinstance(event, TranslationPartial) and event.committed_text:
                assert event.text.startswith(event.committed_text)
                promised[event.utterance_id].append(event.committed_text)
                order.append(("promise", event.utterance_id))
            elif isinstance(event, TranslationFinal):
                finals[event.utterance_id] = event.text
            elif isinstance(event, TranscriptFinal):
                order.append(("final", event.utterance_id))
    assert isinstance(event, Done)
    assert promised
    for utterance_id, texts in promised.items():
        for before, after in zip(texts, [*texts[1:], finals[utterance_id]], strict=True):
            assert after.startswith(before)
    first = order[0]
    assert first[0] == "promise", "nothing was promised before the first utterance was final"


async def test_languages_come_and_go_while_people_speak(server):
    speech = (jfk_pcm() + bytes(BYTES_PER_S)) * 2
    events = []
    session = livetranslate.connect(server.grpc_url).session("en", ["es"])
    async with session:
        async for event in session.stream(spoken(speech)):
            events.append(event)
            if isinstance(event, TranscriptFinal) and event.utterance_id == 1:
                await session.set_targets(["fr"])
    updated = next(event for event in events if isinstance(event, SessionUpdated))
    assert updated.targets == ("fr",)
    assert isinstance(events[-1], Done)
    by_language = defaultdict(list)
    for event in events:
        if isinstance(event, TranslationFinal):
            by_language[event.language].append(event.utterance_id)
    finals = [event.utterance_id for event in events if isinstance(event, TranscriptFinal)]
    assert by_language["es"][:2] == [0, 1]
    assert by_language["fr"][-1] == finals[-1]
    assert sorted(by_language["es"] + by_language["fr"]) == finals


async def test_a_language_that_cannot_be_is_refused_and_the_session_goes_on(server):
    session = livetranslate.connect(server.grpc_url).session("en", ["es"])
    async with session:
        for targets in (["xx"], ["en"]):
            with pytest.raises(LiveTranslateError):
                await session.set_targets(targets)
        await session._link.send_update(SessionUpdate(targets=("en",)))  # what a careless client would send
        events = [event async for event in session.stream(spoken(jfk_pcm()))]
    assert isinstance(events[-1], Done)
    assert [e.code for e in events if isinstance(e, Warning_)][:1] == [ErrorCode.LANGUAGE_SAME_AS_SOURCE]
    assert {e.language for e in events if isinstance(e, TranslationFinal)} == {"es"}
