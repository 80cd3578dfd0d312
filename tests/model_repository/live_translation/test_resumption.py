"""A session taken up at any of its tokens says what it would have said without the break."""

import itertools
import threading
import wave
from importlib.resources import files

import msgspec
import numpy as np
import pytest
from event_stream import EventStream
from live_session import LiveSession
from resume_token import ResumeTokens
from session_settings import SessionSettings
from sessions import GOING_AWAY

from livetranslate.protocol import (
    Checkpoint,
    Done,
    ErrorCode,
    LiveTranslateError,
    ResumeRequest,
    SentencePair,
    SessionOptions,
    SessionStarted,
    TranscriptFinal,
    TranslationFinal,
    TranslationResult,
    Untranslated,
    WindowText,
    WindowWord,
    decode_event,
)

TOKENS = ResumeTokens((b"a key of the tests",))


@pytest.fixture(autouse=True)
def _live(monkeypatch):
    """Audio that is all there at once is decoded as if it came live, with all its partials."""
    monkeypatch.setattr("live_session.HURRY_S", 1e9)


def speech() -> np.ndarray:
    with files("livetranslate").joinpath("samples/jfk.wav").open("rb") as stream, wave.open(stream) as audio:
        return np.frombuffer(audio.readframes(audio.getnframes()), "<i2")


class Recogniser:
    """Its words are what the audio sounds like: other audio, other words."""

    def hear(self, audio, options):
        forced = len(options.prefix.split())
        words = tuple(
            WindowWord(
                f"w{round(float(np.abs(audio[i * 16000 : (i + 1) * 16000]).sum()))}",
                i,
                i + 0.8,
                i + 0.5,
                confidence=0.9,
            )
            for i in range(forced, int(len(audio) / 16000))
        )
        return WindowText(language="en", words=words, avg_logprob=-0.1)


class Translator:
    def __init__(self) -> None:
        self.contexts = []

    def translate(self, text, options, *, on_text, is_cancelled):
        self.contexts.append((text, options.context))
        return TranslationResult(f"{options.target}:{text}", "llm")


def run(pcm: np.ndarray, options: SessionOptions, *, translator=None, tokens=TOKENS, chunk_s=0.1, ends=True):
    """Audio in chunks, as fast as it is taken: what is decoded when does not depend on the machine."""
    events, closed = [], threading.Event()
    session = LiveSession(
        f"sequence-{id(pcm)}",
        options,
        recogniser=Recogniser(),
        translator=translator or Translator(),
        events=EventStream(lambda data: events.append(decode_event(data)), closed.set),
        settings=SessionSettings(),
        is_cancelled=lambda: False,
        models={},
        tokens=tokens,
    )
    step = int(chunk_s * options.audio.rate_hz)
    for start in range(0, len(pcm), step):
        session.inbox.put(pcm[start : start + step].tobytes(), lambda: None)
    session.end() if ends else session.stop(GOING_AWAY, hands_over=True)
    session.announce()
    session.run()
    assert closed.is_set()
    return events


def take_up(pcm, options, event, *, last_seq=None, rate_hz=16000, **fields):
    """The events of a session that goes on at an event's token, and hears the audio from there."""
    request = ResumeRequest(token=event.resume_token, last_seq=event.seq if last_seq is None else last_seq, **fields)
    return run(pcm[round(event.resume_from_s * rate_hz) :], msgspec.structs.replace(options, resume=request))


def of(events, *kinds):
    return [event for event in events if isinstance(event, kinds)]


def told(final):
    return final.utterance_id, final.text, final.words, final.audio_start_s, final.audio_end_s


def room(seconds: float) -> np.ndarray:
    """What a microphone hears when nobody speaks."""
    return np.random.default_rng(1).normal(0, 25, int(16000 * seconds)).astype("<i2")


LONG = np.concatenate((speech(), room(25), speech(), room(1)))


@pytest.mark.parametrize(
    ("pcm", "options"),
    [
        (LONG, SessionOptions(source="en", partials=False)),
        (speech(), SessionOptions(source="en", partials=False, max_utterance_s=3.0, pause_s=2.0)),
    ],
    ids=["pauses and silence", "cut at word gaps"],
)
def test_from_every_token_the_rest_is_the_same(pcm, options):
    whole = run(pcm, options)
    finals, done = of(whole, TranscriptFinal), whole[-1]
    tokens = [event for event in whole if getattr(event, "resume_token", "")]
    assert len(tokens) > len(finals)
    for event in tokens:
        rest = take_up(pcm, options, event)
        assert [e.seq for e in rest] == list(range(event.seq + 1, event.seq + 1 + len(rest)))
        assert isinstance(rest[0], SessionStarted)
        assert rest[0].resumed
        assert rest[0].session_id == whole[0].session_id
        assert [told(f) for f in of(rest, TranscriptFinal)] == [told(f) for f in finals if f.seq > event.seq]
        end = rest[-1]
        assert isinstance(end, Done)
        assert (end.words, end.utterances) == (done.words, done.utterances)
        assert end.audio_s == pytest.approx(done.audio_s, abs=0.01)
        assert end.speech_s == pytest.approx(done.speech_s, abs=0.1)


def test_a_session_can_be_taken_up_again_and_again():
    options = SessionOptions(source="en", partials=False)
    whole = run(LONG, options)
    expected = [told(final) for final in of(whole, TranscriptFinal)]
    heard, event, seq = [], whole[0], -1
    while event is not None:
        rest = take_up(LONG, options, event, last_seq=seq if seq >= 0 else 0)
        heard += [told(final) for final in of(rest, TranscriptFinal)][:1]
        event = next((e for e in rest if isinstance(e, TranscriptFinal)), None)
        seq = event.seq if event else seq
    assert heard == expected


def test_tokens_come_in_silence_and_ask_for_little_audio():
    events = run(np.zeros(16000 * 60, "<i2"), SessionOptions())
    checkpoints = of(events, Checkpoint)
    assert [event.audio_end_s for event in checkpoints] == sorted(event.audio_end_s for event in checkpoints)
    positions = [0.0, *(event.audio_end_s for event in checkpoints), 60.0]
    assert max(after - before for before, after in itertools.pairwise(positions)) < 12
    for event in checkpoints:
        assert 0 <= event.audio_end_s - event.resume_from_s < 17


@pytest.mark.parametrize("rate_hz", [8000, 44100, 48000])
def test_the_audio_asked_for_begins_at_a_whole_sample(rate_hz):
    events = run(LONG, SessionOptions(source="en", partials=False))
    for event in of(events, TranscriptFinal, Checkpoint):
        assert event.resume_from_s * rate_hz == pytest.approx(round(event.resume_from_s * rate_hz), abs=1e-6)
        assert event.resume_from_s <= event.audio_end_s


def test_missing_translations_are_made_once_and_in_their_context():
    options = SessionOptions(source="en", targets=("es", "fr"), partials=False)
    whole = run(LONG, options)
    finals = of(whole, TranscriptFinal)
    first, second = finals[:2]
    translator = Translator()
    request = ResumeRequest(
        token=second.resume_token,
        last_seq=second.seq,
        untranslated=(
            Untranslated(utterance_id=0, text=first.text, targets=("fr",), language="en"),
            Untranslated(utterance_id=1, text=second.text, targets=("es", "fr"), language="en"),
        ),
        context={"es": (SentencePair(source=first.text, target=f"es:{first.text}"),)},
    )
    resumed = SessionOptions(source="en", targets=("es", "fr"), partials=False, resume=request)
    rest = run(LONG[round(second.resume_from_s * 16000) :], resumed, translator=translator)
    made = [(t.language, t.utterance_id) for t in of(rest, TranslationFinal)]
    ids = [final.utterance_id for final in finals]
    assert sorted(made) == [("es", i) for i in ids[1:]] + [("fr", i) for i in ids]
    assert (second.text, request.context["es"]) in translator.contexts


def test_a_server_that_goes_away_leaves_the_open_utterance_to_the_next():
    options = SessionOptions(source="en", partials=False, resumable=True)
    until = speech()[: 16000 * 5]
    events = run(until, options, ends=False)
    assert events[-1].fatal
    assert events[-1].code is ErrorCode.MODEL_UNAVAILABLE
    whole = [told(final) for final in of(run(speech(), options), TranscriptFinal)]
    heard = of(events, TranscriptFinal)
    assert [told(final) for final in heard] == whole[: len(heard)]


def test_a_token_of_another_server_is_refused_before_anything_is_heard():
    token = run(speech(), SessionOptions())[0].resume_token
    with pytest.raises(LiveTranslateError) as refused:
        run(
            speech(),
            SessionOptions(resume=ResumeRequest(token=token, last_seq=0)),
            tokens=ResumeTokens((b"another server's key",)),
        )
    assert refused.value.code is ErrorCode.RESUME_TOKEN_INVALID


def test_a_number_that_was_given_before_is_refused():
    token = of(run(LONG, SessionOptions(partials=False)), TranscriptFinal)[1].resume_token
    with pytest.raises(LiveTranslateError, match=r"resume\.last_seq is 0") as refused:
        run(LONG, SessionOptions(resume=ResumeRequest(token=token, last_seq=0)))
    assert refused.value.code is ErrorCode.OPTION_INVALID
