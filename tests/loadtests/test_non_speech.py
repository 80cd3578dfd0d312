"""The non-speech set is what it says, the same each time; words are counted as a reader would."""

import numpy as np
import pytest
from loadtests.non_speech.false_words import count_words, pooled, result_of
from loadtests.non_speech.sound_set import RECORDED, SOUNDS, make

from livetranslate.protocol import Error, TranscriptFinal, TranscriptPartial, Word


@pytest.mark.parametrize("name", SOUNDS)
def test_a_class_is_made_of_its_seed_and_lasts_as_long_as_asked(name):
    sound = make(name, 12.5, seed=3)
    assert sound.duration_s == pytest.approx(12.5, abs=0.001)
    assert sound.manifest() == make(name, 12.5, seed=3).manifest()
    assert np.any(sound.pcm) == (name != "digital_silence")
    if name != "digital_silence":
        assert sound.manifest()["crc32"] != make(name, 12.5, seed=4).manifest()["crc32"]


@pytest.mark.parametrize("name", [name for name in SOUNDS if name not in RECORDED and name != "digital_silence"])
def test_generated_sounds_range_from_hardly_audible_to_loud(name):
    seconds = make(name, 60.0, seed=1).pcm.astype(np.float64).reshape(60, -1) / 32768
    level_db = 10 * np.log10(np.mean(np.square(seconds), axis=1) + 1e-12)
    assert np.percentile(level_db, 95) > -25
    assert np.percentile(level_db, 10) < -28


def test_an_unknown_class_is_refused_by_name():
    with pytest.raises(ValueError, match="whistling"):
        make("whistling", 1.0, seed=1)


@pytest.mark.parametrize(
    ("text", "words"),
    [("Thank you.", 2), ("I'm here, don't go", 4), ("… ♪ --", 0), ("", 0), ("ご視聴", 3), ("5,5,5", 3), ("you", 1)],
)
def test_words_are_counted(text, words):
    assert count_words(text) == words


def partial(utterance: int, committed: str, unstable: str) -> TranscriptPartial:
    words = tuple(Word(text, 0.0, 0.1) for text in committed.split())
    return TranscriptPartial(
        seq=0, emitted_at="", utterance_id=utterance, committed_words=words, unstable_text=unstable, language="en"
    )


def final(utterance: int, text: str) -> TranscriptFinal:
    return TranscriptFinal(seq=0, emitted_at="", utterance_id=utterance, text=text)


def test_what_flashes_up_and_goes_counts_as_shown():
    events = [
        partial(0, "", "you"),
        partial(0, "", "thank you"),
        final(0, ""),
        partial(1, "and", "so"),
        partial(1, "my", ""),
        final(1, "and my"),
    ]
    result = result_of("noise", 300.0, events)
    assert (result.final_words, result.shown_words) == (2, 4)
    assert result.texts == ("and my", "(thank you)")
    assert pooled([result])["shown_words_per_10_min"] == 8.0


def test_a_lost_utterance_is_a_failure_and_no_success():
    lost = Error(
        seq=0, emitted_at="", code="TRANSCRIPTION_FAILED", category="model", message="It was lost.", fatal=False
    )
    assert result_of("noise", 45.0, [lost]).failure == "It was lost."
