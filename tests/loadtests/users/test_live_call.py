"""What a locust user is told of a session, from events made by hand."""

import time

import pytest
from loadtests.users.live_call import Watcher
from loadtests.users.messages import LiveCall, Observation, decode_call, decode_observation, encode
from tests.loadtests.live.sessions import AT, clip, words

from livetranslate.protocol import Done, Event, TranscriptFinal, TranslationFinal, TranslationPartial
from loadtests.scoring import ReferenceWord

CALL = LiveCall(7, "localhost:8001", "jfk", 0, "en", ("es",))


def told(*events: tuple[float, Event]) -> list[Observation]:
    """Observations of a session that began at monotonic 100."""
    seen: list[Observation] = []
    spoken = clip(2.0)
    spoken = type(spoken)(
        spoken.name, spoken.pcm, "and so", (ReferenceWord("and", 0.1, 0.5), ReferenceWord("so", 0.6, 1.0))
    )
    watcher = Watcher(CALL, spoken, seen.append)
    watcher.recording.started_at = 100.0
    watcher.recording.sent_s = 3.2
    for at, event in events:
        watcher.take(at, event)
    watcher.finish()
    return seen


FINAL = TranscriptFinal(
    seq=0, emitted_at=AT, utterance_id=0, audio_start_s=0.1, audio_end_s=1.0, text="and so", words=words("and so")
)


def delays(seen: list[Observation], name: str) -> list[float]:
    return [round(one.seconds, 6) for one in seen if one.name == name]


def test_finals_words_and_translations_are_timed_from_what_was_spoken() -> None:
    seen = told(
        (102.5, FINAL),
        (102.8, TranslationPartial(seq=1, emitted_at=AT, utterance_id=0, language="es", text="y")),
        (103.5, TranslationFinal(seq=2, emitted_at=AT, utterance_id=0, language="es", text="y así")),
        (104.0, Done(seq=3, emitted_at=AT, audio_s=3.2, speech_s=0.9, utterances=1, words=2)),
    )
    assert delays(seen, "final") == [1.5]
    assert delays(seen, "word") == [2.0, 1.5]
    assert delays(seen, "translation, first text") == [0.3]
    assert delays(seen, "translation") == [1.0]
    assert [one.problem for one in seen] == [""] * len(seen)


def test_words_that_no_model_translated_are_a_failure() -> None:
    untranslated = TranslationFinal(
        seq=1, emitted_at=AT, utterance_id=0, language="es", text="and so", untranslated=True
    )
    seen = told((102.5, FINAL), (103.0, untranslated))
    assert [one.problem for one in seen if one.name == "translation"] == ["untranslated: no model gave a translation"]


def test_a_session_without_its_end_is_a_failure() -> None:
    done = next(one for one in told((102.5, FINAL)) if one.name == "session done")
    assert "the last event is not done" in done.problem
    assert done.length == 2000


@pytest.mark.parametrize("number", [0, 1 << 40])
def test_calls_and_observations_travel_unchanged(number: int) -> None:
    call = LiveCall(number, "host:1", "librivox", 3, "auto", ("es", "fr"))
    observation = Observation(number, "live", "word", time.monotonic(), 5, "SERVER_BUSY: full", 5.0, is_last=True)
    assert decode_call(encode(call)) == call
    assert decode_observation(encode(observation)) == observation
