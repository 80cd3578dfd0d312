"""The live session against the real Triton and the real engines, and what it says to bad clients."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import jiwer
import numpy as np
import pytest
from loadtests.live.clips import JFK_WORDS, normalise
from tests.integration.raw_session import RawSession, jfk_pcm, open_sessions
from tests.integration.spanish import is_spanish

from livetranslate.protocol import (
    Checkpoint,
    Done,
    Endpoint,
    Error,
    ErrorCode,
    SessionStarted,
    TranscriptFinal,
    TranslationFinal,
    Warning_,
)

pytestmark = pytest.mark.integration


def words_of(session: RawSession) -> str:
    return normalise(" ".join(event.text for event in session.of(TranscriptFinal)))


def speak(grpc_url: str, **options) -> RawSession:
    with RawSession(grpc_url) as session:
        return session.start(**options).stream(jfk_pcm()).end().wait()


def test_speech_comes_back_as_captions_and_translations(server):
    session = speak(server.grpc_url, source="en", targets=["es"])
    assert isinstance(session.events[0], SessionStarted)
    assert isinstance(session.events[-1], Done)
    assert [event.seq for event in session.events] == list(range(len(session.events)))
    assert jiwer.wer(JFK_WORDS, words_of(session)) <= 0.1
    finals = session.of(TranscriptFinal)
    assert [t.utterance_id for t in session.of(TranslationFinal)] == [f.utterance_id for f in finals]
    assert all(t.language == "es" and t.text for t in session.of(TranslationFinal))
    assert is_spanish(" ".join(t.text for t in session.of(TranslationFinal)))
    assert len(session.of(Endpoint)) == len(finals)
    times = [w for f in finals for w in f.words]
    assert all(a.start_s <= b.start_s for a, b in pairwise(times))
    assert times[-1].end_s <= 11.2


def test_the_language_is_detected(server):
    session = speak(server.grpc_url, source="auto")
    assert {event.language for event in session.of(TranscriptFinal)} == {"en"}


@pytest.mark.parametrize(
    ("encoding", "rate_hz", "channels"), [("f32le", 8000, 1), ("mulaw", 8000, 2), ("s16le", 192000, 7)]
)
def test_any_layout_of_audio_is_heard(server, encoding, rate_hz, channels):
    import soxr

    samples = np.frombuffer(jfk_pcm(), "<i2").astype(np.float32) / 32768
    samples = np.clip(soxr.resample(samples, 16000, rate_hz), -1, 1)
    if encoding == "s16le":
        coded = (samples * 32767).astype("<i2")
    elif encoding == "f32le":
        coded = samples.astype("<f4")
    else:
        coded = mulaw_encode(samples)
    audio = np.repeat(coded[:, None], channels, axis=1).tobytes()
    layout = {"encoding": encoding, "rate_hz": rate_hz, "channels": channels}
    with RawSession(server.grpc_url) as session:
        session.start(source="en", audio=layout).stream(audio, 500_000).end().wait()
    assert jiwer.wer(JFK_WORDS, words_of(session)) <= 0.2


def mulaw_encode(samples: np.ndarray) -> np.ndarray:
    """Nearest G.711 code of each sample, by the decoder's own table."""
    from livetranslate.protocol import AudioFormat, Encoding
    from livetranslate.protocol.pcm import pcm_to_float

    table = pcm_to_float(bytes(range(256)), AudioFormat(encoding=Encoding.MULAW))[:, 0]
    order = np.argsort(table)
    return order[np.clip(np.searchsorted(table[order], samples), 0, 255)].astype(np.uint8)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (b"not json", ErrorCode.OPTIONS_NOT_JSON, "not json"),
        (b"\xff\xfe", ErrorCode.OPTIONS_NOT_JSON, "JSON"),
        ({"colour": "red"}, ErrorCode.OPTION_UNKNOWN, "colour"),
        ({"source": "klingon"}, ErrorCode.LANGUAGE_UNKNOWN, "klingon"),
        ({"source": "en", "targets": ["en"]}, ErrorCode.LANGUAGE_SAME_AS_SOURCE, "'en'"),
        ({"targets": ["es"] * 40}, ErrorCode.TOO_MANY_TARGETS, "40"),
        ({"audio": {"rate_hz": 3}}, ErrorCode.OPTION_INVALID, "4000 to 384000"),
        ({"audio": {"channels": 99}}, ErrorCode.OPTION_INVALID, "1 to 32"),
        ({"step_s": 0}, ErrorCode.OPTION_INVALID, "step_s"),
        ({"policy": "magic"}, ErrorCode.OPTION_INVALID, "alignatt"),
    ],
)
def test_options_that_cannot_be_served_end_the_session_with_one_event_that_says_why(server, options, code, says):
    with RawSession(server.grpc_url) as session:
        session.send(options=options, start=True)
        session.wait(timeout_s=20)
    (event,) = session.events
    assert isinstance(event, Error)
    assert event.fatal
    assert event.code is code
    assert says in event.message


def test_no_audio_and_20_ms_of_audio_end_well(server):
    for audio in (b"", b"\1\0" * 320):
        with RawSession(server.grpc_url) as session:
            session.start(audio, source="en").end().wait(timeout_s=20)
        assert [type(event) for event in session.events] == [SessionStarted, Done]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (np.nan, ErrorCode.AUDIO_NOT_FINITE),
        (np.inf, ErrorCode.AUDIO_NOT_FINITE),
        (1e30, ErrorCode.AUDIO_OUT_OF_RANGE),
        (20_000.0, ErrorCode.AUDIO_OUT_OF_RANGE),
    ],
)
def test_samples_that_are_no_audio_are_dropped_with_a_warning_and_the_session_goes_on(server, bad, code):
    speech = np.frombuffer(jfk_pcm(), "<i2").astype("<f4") / 32768
    with RawSession(server.grpc_url) as session:
        session.start(source="en", audio={"encoding": "f32le"})
        session.send(np.full(8000, bad, "<f4").tobytes())
        session.stream(speech.tobytes(), 64_000).end().wait()
    warning = session.of(Warning_)[0]
    assert warning.code is code
    assert warning.audio_end_s - warning.audio_start_s == pytest.approx(0.25, abs=0.26)
    assert jiwer.wer(JFK_WORDS, words_of(session)) <= 0.1
    assert session.of(Done)[0].audio_s == pytest.approx(11.5, abs=0.1)


def test_an_odd_byte_is_reported_and_costs_nothing_else(server):
    with RawSession(server.grpc_url) as session:
        session.start(source="en").stream(jfk_pcm(), 9_999)
        session.send(b"\0", end=True)
        session.wait()
    assert [w.code for w in session.of(Warning_)] == [ErrorCode.AUDIO_MISALIGNED]
    assert jiwer.wer(JFK_WORDS, words_of(session)) <= 0.1


def test_a_chunk_that_is_too_large_is_dropped_with_its_size_and_the_limit(server):
    with RawSession(server.grpc_url) as session:
        session.start(source="en")
        session.send(bytes(2_000_000))
        session.stream(jfk_pcm()).end().wait()
    (warning,) = session.of(Warning_)
    assert warning.code is ErrorCode.CHUNK_TOO_LARGE
    assert "2000000" in warning.message
    assert "1048576" in warning.message
    assert jiwer.wer(JFK_WORDS, words_of(session)) <= 0.1


def test_audio_before_start_is_refused(server):
    with RawSession(server.grpc_url) as session:
        session.send(b"\0\0")
        session.wait(answers=1, timeout_s=20)
    assert "START" in session.errors[0]


def test_audio_after_the_end_and_a_second_end_are_refused(server):
    with RawSession(server.grpc_url) as session:
        session.start(source="en").end().wait(timeout_s=20)
        assert session.is_closed
        session.send(b"\0\0")
        session.end()
        session.wait(answers=2, timeout_s=20)
    assert len(session.errors) == 2
    assert all("START" in error for error in session.errors)


def test_an_id_that_is_taken_is_refused_and_its_owner_goes_on(server):
    with RawSession(server.grpc_url) as owner:
        owner.start(source="en").wait(until=SessionStarted)
        with RawSession(server.grpc_url, owner.session_id) as thief:
            thief.start(source="en").wait(timeout_s=20)
        assert [event.code for event in thief.events] == [ErrorCode.SESSION_ALREADY_STARTED]
        owner.stream(jfk_pcm()).end().wait()
        assert jiwer.wer(JFK_WORDS, words_of(owner)) <= 0.1


def test_a_client_that_vanishes_mid_sentence_leaves_nothing_and_its_neighbour_does_not_notice(server):
    with RawSession(server.grpc_url) as neighbour:
        neighbour.start(source="en", targets=["es"])
        for _ in range(3):
            lost = RawSession(server.grpc_url)
            lost.start(source="en", targets=["es"]).stream(jfk_pcm()[:100_000])
            lost.wait(until=SessionStarted)
            lost.vanish()
        neighbour.stream(jfk_pcm()).end().wait()
        assert jiwer.wer(JFK_WORDS, words_of(neighbour)) <= 0.1
        assert neighbour.of(TranslationFinal)
    deadline = time.monotonic() + 30
    while (left := open_sessions(server)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert left == 0


def test_two_hours_of_silence_cost_little_and_say_nothing(server):
    silence = bytes(32_000 * 30)
    with RawSession(server.grpc_url) as session:
        session.start(source="en")
        for sent in range(1, 241):
            session.send(silence)
            while session.acknowledged < sent:  # as a client does that waits for acknowledgements
                session.wait(answers=1)
        session.end().wait()
    said = [type(event) for event in session.events if not isinstance(event, Checkpoint)]
    assert said == [SessionStarted, Done]  # resume tokens come in silence too; words do not
    assert session.events[-1].audio_s == pytest.approx(7200, abs=1)


def test_eight_sessions_at_once_lose_no_word(server):
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(lambda _: speak(server.grpc_url, source="en", targets=["es"]), range(8)))
    for session in sessions:
        assert session.of(Error) == []
        assert jiwer.wer(JFK_WORDS, words_of(session)) <= 0.1
        assert len(session.of(TranslationFinal)) == len(session.of(TranscriptFinal)) > 0


def test_events_are_plain_json_for_any_client(server):
    with RawSession(server.grpc_url) as session:
        session.start(source="en").end().wait(timeout_s=20)
    from livetranslate.protocol import encode_event

    for event in session.events:
        fields = json.loads(encode_event(event))
        assert {"type", "seq", "emitted_at", "utterance_id", "audio_start_s", "audio_end_s", "schema_version"} <= set(
            fields
        )
