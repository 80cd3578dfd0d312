"""The llm is killed while people speak: captions go on, words pass as they were said, translation returns."""

from __future__ import annotations

import asyncio
import contextlib
import time
import urllib.request

import psutil
import pytest
from tests.integration.raw_session import jfk_pcm

import livetranslate
from livetranslate.protocol import (
    Done,
    Error,
    ErrorCode,
    TranscriptFinal,
    TranslationFinal,
    TranslationFlag,
    Warning_,
)
from livetranslate_tools.serving import instance

pytestmark = pytest.mark.integration

BYTES_PER_S = 32_000
CHUNK_S = 0.1
ROUNDS = 25
"""Of the recording, at most: five minutes."""


def kill_llm(state) -> None:
    processes = instance.model_processes(instance.processes(state), state / "served")["llm"]
    assert processes
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def metrics_of(server, name: str) -> dict[str, float]:
    """A metric's values by its labels, as the page writes them."""
    with urllib.request.urlopen(server.metrics_url) as page:
        lines = page.read().decode().splitlines()
    found = (line.rsplit(" ", 1) for line in lines if line.startswith(f"livetranslate_translation_{name}{{"))
    return {labels: float(value) for labels, value in found}


def breaker_changes(server, state: str) -> float:
    changes = metrics_of(server, "breaker_changes_total")
    return sum(value for labels, value in changes.items() if 'route="llm"' in labels and f'state="{state}"' in labels)


async def test_with_the_llm_killed_captions_go_on_words_pass_marked_and_translation_returns_by_itself(server):
    opened_before = breaker_changes(server, "open")
    events, is_back = [], asyncio.Event()

    async def speech():
        one = jfk_pcm() + bytes(BYTES_PER_S)
        began, sent_s = time.monotonic(), 0.0
        for _ in range(ROUNDS):
            for position in range(0, len(one), int(CHUNK_S * BYTES_PER_S)):
                yield one[position : position + int(CHUNK_S * BYTES_PER_S)]
                sent_s += CHUNK_S
                await asyncio.sleep(max(0.0, began + sent_s - time.monotonic()))
            if is_back.is_set():
                return

    killed = False
    async with livetranslate.connect(server.grpc_url).session("en", ["es"]) as session:
        async for event in session.stream(speech()):
            events.append(event)
            if isinstance(event, TranslationFinal) and not killed:
                assert event.route == "llm"
                kill_llm(server.state)
                killed = True
            elif isinstance(event, TranslationFinal) and event.route == "llm":
                passed = any(isinstance(e, TranslationFinal) and e.untranslated for e in events)
                is_back.set() if passed else None

    assert isinstance(events[-1], Done)
    assert not [event for event in events if isinstance(event, Error)]
    finals = [event for event in events if isinstance(event, TranscriptFinal)]
    translations = [event for event in events if isinstance(event, TranslationFinal)]
    # Every final has its translation or its mark, in order, and none has two.
    assert [event.utterance_id for event in translations] == [event.utterance_id for event in finals]
    passed = [event for event in translations if event.untranslated]
    said = {event.utterance_id: event.text for event in finals}
    assert passed
    for event in passed:
        assert event.route == "source"
        assert event.flags == (TranslationFlag.UNAVAILABLE,)
        assert event.text == said[event.utterance_id]
    assert translations[-1].route == "llm"
    assert is_back.is_set()
    fallbacks = [e for e in events if isinstance(e, Warning_) and e.code is ErrorCode.TRANSLATION_FALLBACK]
    assert len(fallbacks) == 2  # there, and back
    # Three failures opened the breaker; the probe that answered closed it.
    assert breaker_changes(server, "open") > opened_before
    states = metrics_of(server, "breaker_state")
    assert next(value for labels, value in states.items() if 'route="llm"' in labels) == 0
    to_source = metrics_of(server, "fallbacks_total")
    assert sum(value for labels, value in to_source.items() if 'to_route="source"' in labels) >= len(passed)
