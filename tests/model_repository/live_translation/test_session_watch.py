"""What an operator learns of a session: from the events that its caller gets, and from when its audio came."""

import pytest
from arrival_times import ArrivalTimes
from event_stream import EventStream
from session_watch import SessionWatch
from tests.client.fake_triton_metrics import FakeMetrics

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.events import (
    Checkpoint,
    Done,
    SessionStarted,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
)
from livetranslate.protocol.metric_reporter import MetricReporter
from livetranslate.protocol.transcript import Word

WORDS = (Word("One", 0.1, 0.5, 0.9), Word("two.", 0.6, 1.0, 0.4))


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    now = [100.0]
    monkeypatch.setattr("arrival_times.monotonic", lambda: now[0])
    monkeypatch.setattr("session_watch.monotonic", lambda: now[0])
    return now


class Watched:
    """A session's events and what is reported of them."""

    def __init__(self) -> None:
        self.triton = FakeMetrics()
        self.reporter = MetricReporter(self.triton, labels={"version": "1"}, period_s=60.0)
        self.watch = SessionWatch(self.reporter)
        self.events = EventStream(lambda _: None, lambda: None, watch=self.watch)

    def start(self, **fields) -> None:
        self.events.emit(SessionStarted, session_id="s", source="en", targets=("es",), **fields)

    def reported(self, name: str, **labels: str) -> list[float]:
        self.reporter.close()
        return self.triton.of(f"livetranslate_{name}", version="1", **labels)


def test_the_age_of_a_moment_is_that_of_the_chunk_that_brought_it(clock):
    arrivals = ArrivalTimes(10.0)
    for _ in range(20):  # 0.1 s of audio each 0.1 s
        clock[0] += 0.1
        arrivals.add(0.1)
    clock[0] += 0.5
    assert arrivals.age_s(10.05) == pytest.approx(2.4)
    assert arrivals.age_s(12.0) == pytest.approx(0.5)
    assert arrivals.age_s(12.5) == pytest.approx(0.5), "an end in the padding is the end"
    arrivals.forget_before(11.05)
    assert arrivals.age_s(10.05) == pytest.approx(1.4), "the oldest that is known"


def test_audio_faster_than_speech_has_no_age_until_it_is_live_again(clock):
    arrivals = ArrivalTimes(0.0)
    for _ in range(100):
        clock[0] += 0.01
        arrivals.add(0.25)
    assert arrivals.age_s(24.0) is None
    for _ in range(30):
        clock[0] += 0.1
        arrivals.add(0.1)
    assert arrivals.age_s(28.0) == pytest.approx(0.0, abs=0.11)


def test_each_promised_word_has_one_delay(clock):
    watched = Watched()
    watched.start()
    for _ in range(10):
        clock[0] += 0.1
        watched.watch.received(0.1)
    clock[0] += 1.0
    watched.events.emit(TranscriptPartial, utterance_id=0, committed_words=WORDS[:1])
    clock[0] += 1.0
    watched.events.emit(
        TranscriptFinal, utterance_id=0, text="One two.", words=WORDS, language="en", audio_start_s=0.0, audio_end_s=1.0
    )
    delays = watched.reported("word_delay_seconds")
    assert delays == [pytest.approx(1.5), pytest.approx(2.0)]
    assert watched.triton.of("livetranslate_words_total", version="1", language="en") == [2.0]
    assert watched.triton.of("livetranslate_word_confidence", version="1") == [0.9, 0.4]
    assert watched.triton.of("livetranslate_speech_seconds_total", version="1") == [1.0]
    assert watched.triton.of("livetranslate_audio_seconds_total", version="1") == [pytest.approx(1.0)]


def test_a_given_up_utterance_leaves_nothing_behind():
    watched = Watched()
    watched.start()
    watched.events.emit(TranscriptPartial, utterance_id=0, committed_words=WORDS)
    watched.events.emit(Checkpoint, audio_end_s=2.0, resume_token="t", resume_from_s=0.0)
    assert not watched.watch._promised
    watched.reporter.close()


def test_a_translation_is_as_late_as_it_comes_after_its_final(clock):
    watched = Watched()
    watched.start()
    watched.events.emit(TranscriptFinal, utterance_id=0, text="One two.", words=WORDS, language=None)
    clock[0] += 0.7
    watched.events.emit(TranslationFinal, utterance_id=0, language="es", text="Uno dos.")
    watched.events.emit(TranslationFinal, utterance_id=0, language="de", text="One two.", untranslated=True)
    assert watched.reported("translation_delay_seconds", language="es") == [pytest.approx(0.7)]
    named = "livetranslate_translations_total"
    assert watched.triton.of(named, version="1", language="es", outcome="TRANSLATED") == [1.0]
    assert watched.triton.of(named, version="1", language="de", outcome="UNTRANSLATED") == [1.0]
    assert watched.triton.of("livetranslate_utterances_total", version="1", language="unknown") == [1.0]


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (lambda events: events.emit(Done, audio_s=1.0, speech_s=1.0, utterances=1, words=2), "DONE"),
        (lambda events: events.fail(LiveTranslateError(ErrorCode.SESSION_IDLE, "x"), fatal=True), "SESSION_IDLE"),
        (lambda events: events.fail(LiveTranslateError(ErrorCode.TRANSLATION_FAILED, "x"), fatal=False), "CANCELLED"),
    ],
)
def test_a_session_ends_once_with_its_outcome(last, outcome):
    watched = Watched()
    watched.start(resumed=True)
    last(watched.events)
    watched.events.close()
    watched.events.close()
    assert watched.reported("sessions_ended_total", outcome=outcome) == [1.0]
    assert watched.triton.of("livetranslate_sessions_resumed_total", version="1") == [1.0]


def test_a_refused_session_has_not_ended():
    watched = Watched()
    watched.events.fail(LiveTranslateError(ErrorCode.OPTION_INVALID, "x"), fatal=True)
    watched.events.close()
    assert watched.reported("sessions_ended_total", outcome="OPTION_INVALID") == []
