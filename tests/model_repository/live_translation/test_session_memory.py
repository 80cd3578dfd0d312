"""What a session holds after many utterances is what it held after a few."""

import gc
import threading
import time
import tracemalloc
import wave
from importlib.resources import files

from event_stream import EventStream
from live_session import LiveSession
from resume_token import ResumeTokens
from session_settings import SessionSettings

from livetranslate.protocol import (
    SessionOptions,
    TranscriptFinal,
    TranslationResult,
    WindowText,
    WindowWord,
    decode_event,
)

SETTLING_ROUNDS = 6
ROUNDS = 24
BYTES_PER_S = 32_000


def speech() -> bytes:
    with files("livetranslate").joinpath("samples/jfk.wav").open("rb") as stream, wave.open(stream) as audio:
        return audio.readframes(audio.getnframes()) + bytes(2 * BYTES_PER_S)


class Engines:
    """One word a second, and a translation of each text."""

    def hear(self, audio, options):
        forced = len(options.prefix.split())
        words = tuple(WindowWord(f"w{i}", i, i + 0.8, i + 0.5, 0.9) for i in range(forced, int(len(audio) / 16000)))
        return WindowText(language="en", words=words, avg_logprob=-0.1)

    def translate(self, text, options, *, on_text, is_cancelled):
        on_text(text[:2])
        return TranslationResult(f"{options.target}:{text}", "llm")


def test_many_utterances_leave_nothing_behind():
    finals = 0

    def count(data: bytes) -> None:
        nonlocal finals
        finals += isinstance(decode_event(data), TranscriptFinal)

    session = LiveSession(
        "test",
        SessionOptions(source="en", targets=("es", "fr")),
        recogniser=Engines(),
        translator=Engines(),
        events=EventStream(count, lambda: None),
        settings=SessionSettings(),
        is_cancelled=lambda: False,
        models={},
        tokens=ResumeTokens((b"a key of the tests",)),
    )
    thread = threading.Thread(target=session.run)
    thread.start()
    pcm = speech()
    held = []
    tracemalloc.start()
    try:
        for _ in range(ROUNDS):
            for start in range(0, len(pcm), 8_000):
                session.inbox.put(pcm[start : start + 8_000], lambda: None)
            while session.inbox.backlog_s > 0 and thread.is_alive():
                time.sleep(0.02)
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        session.end()
        thread.join(60)
        tracemalloc.stop()
    assert finals >= ROUNDS
    # Now and then a round is measured while something is under way: the lowest of several is what stays.
    assert min(held[-SETTLING_ROUNDS:]) - min(held[SETTLING_ROUNDS : 2 * SETTLING_ROUNDS]) < 32 * 1024
    assert session._buffer.end_s - session._buffer.start_s < 3.0
    assert not session.inbox._chunks
    assert not session.inbox._held
