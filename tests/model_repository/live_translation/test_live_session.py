"""What a session says, given what its engines answer (the engines stand at the test's edge; the real ones are
tested in tests/integration)."""

import itertools
import threading
import wave
from importlib.resources import files
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from admission import Admission
from event_stream import EventStream
from live_session import LiveSession
from resume_token import ResumeTokens
from session_settings import SessionSettings
from sessions import GOING_AWAY, Sessions

from livetranslate.protocol import (
    Done,
    ErrorCode,
    LiveTranslateError,
    SessionOptions,
    TranslationResult,
    WindowText,
    WindowWord,
    decode_event,
)


def shut_down(session):
    session.stop(GOING_AWAY, hands_over=True)


TOKENS = ResumeTokens((b"a key of the tests",))


def speech() -> np.ndarray:
    with files("livetranslate").joinpath("samples/jfk.wav").open("rb") as stream, wave.open(stream) as audio:
        return np.frombuffer(audio.readframes(audio.getnframes()), "<i2")


class Recogniser:
    """Says one word for each second of audio it is given."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls = 0

    def hear(self, audio, options):
        self.calls += 1
        if self.failures:
            self.failures -= 1
            raise LiveTranslateError(ErrorCode.MODEL_UNAVAILABLE, "The model is away.")
        forced = len(options.prefix.split())
        words = tuple(WindowWord(f"w{i}", i, i + 0.8, i + 0.5, 0.9) for i in range(forced, int(len(audio) / 16000)))
        return WindowText(language="en", words=words, avg_logprob=-0.1)


class Translator:
    def __init__(self, broken: tuple[str, ...] = ()) -> None:
        self.broken = broken

    def translate(self, text, options, *, on_text, is_cancelled):
        if options.target in self.broken:
            raise LiveTranslateError(ErrorCode.TRANSLATION_FAILED, "no")
        on_text(text[:2])
        return TranslationResult(f"{options.target}:{text}", "llm")


def make(events: EventStream, options=None, *, name="test", recogniser=None, translator=None, settings=None):
    return LiveSession(
        name,
        options or SessionOptions(),
        recogniser=recogniser or Recogniser(),
        translator=translator or Translator(),
        events=events,
        settings=settings or SessionSettings(),
        is_cancelled=lambda: False,
        models={},
        tokens=TOKENS,
    )


def run(
    pcm: np.ndarray, options: SessionOptions, *, recogniser=None, translator=None, settings=None, end=True, before=None
):
    events, closed = [], threading.Event()
    stream = EventStream(lambda data: events.append(decode_event(data)), closed.set)
    session = make(stream, options, recogniser=recogniser, translator=translator, settings=settings)
    session.inbox.put(pcm.tobytes(), lambda: None)
    if end:
        session.end()
    if before is not None:
        before(session)
    session.announce()
    session.run()
    assert closed.is_set()
    assert [event.seq for event in events] == list(range(len(events)))
    return events


def of(events, name):
    return [e for e in events if msgspec.to_builtins(e)["type"] == name]


def test_a_session_starts_says_finals_and_translations_in_order_and_is_done():
    silence = np.zeros(16000, "<i2")
    events = run(np.concatenate((speech(), silence)), SessionOptions(source="en", targets=("es", "fr")))
    types = [msgspec.to_builtins(e)["type"] for e in events]
    assert types[0] == "session.started"
    assert types[-1] == "done"
    finals = of(events, "transcript.final")
    assert len(finals) >= 2
    assert [f.utterance_id for f in finals] == list(range(len(finals)))
    for language in ("es", "fr"):
        translated = [t for t in of(events, "translation.final") if t.language == language]
        assert [t.text for t in translated] == [f"{language}:{f.text}" for f in finals]
    done = events[-1]
    assert done.audio_s == pytest.approx(12.0, abs=0.1)
    assert done.words == sum(len(f.words) for f in finals)


def test_the_audio_of_finals_covers_the_speech_without_overlap():
    finals = of(run(speech(), SessionOptions(source="en")), "transcript.final")
    assert finals[0].audio_start_s < 0.5
    for before, after in pairwise(finals):
        assert before.audio_end_s <= after.audio_start_s + 1e-6
    for final in finals:
        assert all(final.audio_start_s <= w.start_s < w.end_s <= final.audio_end_s + 1 for w in final.words)


def test_a_long_utterance_is_cut_at_a_word_gap_and_nothing_is_left_out():
    options = SessionOptions(source="en", max_utterance_s=3.0, pause_s=2.0)
    events = run(speech(), options)
    reasons = [e.reason for e in of(events, "endpoint")]
    assert reasons.count("max_length") >= 2
    finals = of(events, "transcript.final")
    for before, after in pairwise(finals):
        assert after.audio_start_s == pytest.approx(before.audio_end_s, abs=0.01)


def test_a_recogniser_that_comes_back_costs_no_final():
    events = run(speech(), SessionOptions(source="en", partials=False), recogniser=Recogniser(failures=3))
    assert of(events, "error") == []
    assert len(of(events, "transcript.final")) >= 2


def test_a_broken_target_language_is_reported_and_the_other_goes_on():
    events = run(speech(), SessionOptions(source="en", targets=("es", "fr")), translator=Translator(broken=("es",)))
    errors = of(events, "error")
    assert {e.code for e in errors} == {ErrorCode.TRANSLATION_FAILED}
    assert {e.language for e in errors} == {"es"}
    assert not any(e.fatal for e in errors)
    assert {t.language for t in of(events, "translation.final")} == {"fr"}
    assert of(events, "done")


def test_text_already_in_the_target_language_is_passed_through():
    events = run(speech(), SessionOptions(source="auto", targets=("en",)))
    assert [t.text for t in of(events, "translation.final")] == [f.text for f in of(events, "transcript.final")]


def test_a_slow_machine_gets_fewer_partials_and_a_warning_and_loses_no_final(monkeypatch):
    options = SessionOptions(source="en", step_s=0.4, max_step_s=3.0)
    monkeypatch.setattr("inbox.Inbox.backlog_s", 0.0)  # audio comes at the pace of speech

    def partials_and_finals(decoding_s: float):
        moments = itertools.count()
        # Every other moment ends a decoding.
        monkeypatch.setattr("partial_pace.monotonic", lambda: (next(moments) + 1) // 2 * decoding_s)
        events = run(speech(), options)
        return of(events, "transcript.partial"), of(events, "transcript.final"), of(events, "warning")

    quick, quick_finals, no_warnings = partials_and_finals(0.01)
    rare, slow_finals, warnings = partials_and_finals(2.0)
    assert 0 < len(rare) < 0.7 * len(quick)
    assert [final.text for final in slow_finals] == [final.text for final in quick_finals]
    assert no_warnings == []
    assert [warning.code for warning in warnings] == [ErrorCode.FALLING_BEHIND]
    assert "instead of 0.4 s" in warnings[0].message


def test_a_session_that_falls_behind_says_so_once_and_loses_no_final(monkeypatch):
    hours = itertools.count(step=3600.0)
    monkeypatch.setattr("live_session.monotonic", lambda: next(hours))  # the audio waits for ever
    events = run(speech(), SessionOptions(source="en", partials=False))
    assert [w.code for w in of(events, "warning")] == [ErrorCode.FALLING_BEHIND]
    assert len(of(events, "transcript.final")) >= 2


def test_a_lost_utterance_is_ended_and_keeps_its_number(monkeypatch):
    monkeypatch.setattr("listener.RETRY_S", 0.0)
    events = run(speech(), SessionOptions(source="en", partials=False), recogniser=Recogniser(failures=1))
    (error,) = of(events, "error")
    assert error.utterance_id == 0
    assert [e.utterance_id for e in of(events, "endpoint")] == list(range(len(of(events, "endpoint"))))
    assert next(f.utterance_id for f in of(events, "transcript.final")) == 1


def test_a_server_that_goes_away_finishes_what_it_heard_and_says_so():
    events = run(speech(), SessionOptions(source="en", targets=("es",)), end=False, before=shut_down)
    assert of(events, "translation.final")
    assert events[-1].code is ErrorCode.MODEL_UNAVAILABLE
    assert events[-1].fatal
    assert not of(events, "done")


def test_a_session_whose_day_is_used_up_finishes_what_it_sent_though_it_could_resume():
    reason = LiveTranslateError(ErrorCode.QUOTA_EXCEEDED, "acme has used its minutes.", retry_after_s=60)
    options = SessionOptions(source="en", targets=("es",), resumable=True)
    events = run(speech(), options, end=False, before=lambda session: session.stop(reason))
    assert of(events, "translation.final")
    assert events[-1].code is ErrorCode.QUOTA_EXCEEDED
    assert events[-1].fatal


def test_a_chunk_that_was_refused_leaves_a_gap_of_its_length():
    events = run(
        speech()[:16000],
        SessionOptions(source="en"),
        before=lambda session: (session.inbox.skip(31_999), session.inbox.put(b"\0", lambda: None), session.end()),
        end=False,
    )
    assert of(events, "done")[0].audio_s == pytest.approx(2.0, abs=0.01)
    assert not of(events, "warning")


def test_a_language_whose_model_died_is_reported_and_the_session_ends(monkeypatch):
    class Dead(Translator):
        def translate(self, text, options, *, on_text, is_cancelled):
            threading.Event().wait(30)
            return TranslationResult(text, "llm")

    monkeypatch.setattr("translation_desk.STALL_S", 0.5)
    events = run(speech(), SessionOptions(source="en", targets=("es",)), translator=Dead())
    assert [e.code for e in of(events, "error")] == [ErrorCode.TRANSLATION_FAILED]
    assert of(events, "done")


def test_silence_says_nothing():
    recogniser = Recogniser()
    events = run(np.zeros(16000 * 20, "<i2"), SessionOptions(targets=("es",)), recogniser=recogniser)
    assert [msgspec.to_builtins(e)["type"] for e in events] == ["session.started", "checkpoint", "done"]
    assert recogniser.calls == 0


def test_an_idle_session_is_ended_with_its_reason():
    events = run(np.zeros(160, "<i2"), SessionOptions(), settings=SessionSettings(idle_timeout_s=0.1), end=False)
    assert events[-1].code is ErrorCode.SESSION_IDLE
    assert events[-1].fatal


def test_without_partials_none_is_sent():
    events = run(speech(), SessionOptions(source="en", targets=("es",), partials=False))
    assert not of(events, "transcript.partial")
    assert not of(events, "translation.partial")


def test_an_unknown_policy_is_refused_by_name():
    with pytest.raises(LiveTranslateError, match="allowed: alignatt") as refused:
        run(speech(), SessionOptions(policy="magic"))
    assert refused.value.code is ErrorCode.OPTION_INVALID


def test_whoever_has_read_a_session_s_last_event_may_open_the_next_one():
    """The first session's thread hangs in its last event; its place is free all the same."""
    sessions = Sessions(admission=Admission(1), on_abandoned=lambda _: None)
    told, go_on = threading.Event(), threading.Event()

    def tell(data: bytes) -> None:
        if isinstance(decode_event(data), Done):
            told.set()
            go_on.wait(10)

    first = sessions.start("first", lambda: make(EventStream(tell, lambda: None), name="first"))
    with pytest.raises(LiveTranslateError, match="1 sessions are open"):
        sessions.start("too early", lambda: make(EventStream(lambda _: None, lambda: None)))
    first.end()
    assert told.wait(10)
    second = sessions.start("second", lambda: make(EventStream(lambda _: None, lambda: None), name="second"))
    go_on.set()
    second.end()
    sessions.close(timeout_s=10)
    assert len(sessions) == 0
