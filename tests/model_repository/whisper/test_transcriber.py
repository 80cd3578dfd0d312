"""Real speech through the real engine: right words in right times, and nothing where nobody speaks."""

import threading
import time
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
from loadtests.spoken_words import spoken_words
from loadtests.transcription_quality import find_recordings
from tests.encoded_audio import jfk_samples
from transcriber import Transcriber
from whisper_engine import CancelledByCallerError

from livetranslate.protocol import ErrorCode, LiveTranslateError, TranscribeOptions

LIBRIVOX = Path(__file__).resolve().parents[2] / "data" / "librivox"
JFK = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
ENGLISH = TranscribeOptions(language="en")


def librivox() -> tuple[np.ndarray, str]:
    """The five readings, half a second apart, and their words."""
    from decoding import decode_file

    parts, words = [], []
    for _, path, text in find_recordings(LIBRIVOX):
        parts += [decode_file(path.read_bytes())[0], np.zeros(8_000, np.float32)]
        words.append(spoken_words(text).replace("a more a amiable", "a more amiable"))  # a slip of the transcription
    return np.concatenate(parts), " ".join(words)


def noise(level: float, duration_s: float = 5.0) -> np.ndarray:
    generator = np.random.default_rng(0)
    return (generator.standard_normal(int(duration_s * 16_000)) * level).astype(np.float32)


def test_every_word_with_its_time_language_and_probability(transcriber):
    transcript = transcriber.transcribe(jfk_samples(), TranscribeOptions())
    assert spoken_words(transcript.text) == JFK
    assert (transcript.language, transcript.duration_s, transcript.device) == ("en", 11.0, "CPU")
    assert transcript.avg_logprob == pytest.approx(-0.1, abs=0.1)
    words = transcript.words
    assert all(a.end_s <= b.start_s for a, b in pairwise(words))
    times = {word.text: word.start_s for word in words}
    assert times["fellow"] == pytest.approx(1.2, abs=0.3)
    assert times["country."] == pytest.approx(9.9, abs=0.3)
    assert all(word.confidence is not None and 0 < word.confidence <= 1 for word in words)
    assert np.mean([word.confidence for word in words]) > 0.8


def test_scores_and_words_can_be_left_out(transcriber):
    unscored = transcriber.transcribe(jfk_samples(), TranscribeOptions(language="en", scores=False))
    assert unscored.avg_logprob is None
    assert {word.confidence for word in unscored.words} == {None}
    wordless = transcriber.transcribe(jfk_samples(), TranscribeOptions(language="en", word_timestamps=False))
    assert wordless.words == ()
    assert spoken_words(wordless.text) == spoken_words(unscored.text) == JFK


@pytest.mark.parametrize("gain", [0.1, 0.01])
def test_quiet_speech_is_heard(transcriber, gain):
    assert spoken_words(transcriber.transcribe(jfk_samples() * np.float32(gain), ENGLISH).text) == JFK


@pytest.mark.parametrize("level", [0.0, 0.0003, 0.001, 0.01, 0.03, 0.05, 0.1, 0.3])
def test_noise_gives_no_text(transcriber, level):
    assert transcriber.transcribe(noise(level), TranscribeOptions(scores=False)).segments == ()


@pytest.mark.parametrize(("frequency_hz", "level"), [(50, 0.1), (440, 0.3)])
def test_hum_and_tones_give_no_text(transcriber, frequency_hz, level):
    tone = level * np.sin(2 * np.pi * frequency_hz * np.arange(80_000) / 16_000)
    transcript = transcriber.transcribe(tone.astype(np.float32), TranscribeOptions())
    assert transcript.segments == ()
    assert transcript.language == "und"


def test_two_hours_of_silence_cost_next_to_nothing(transcriber):
    transcript = transcriber.transcribe(np.zeros(7200 * 16_000, np.float32), ENGLISH)
    assert (transcript.segments, transcript.language, transcript.duration_s) == ((), "en", 7200.0)


def test_a_long_file_loses_no_word_at_its_windows_borders(transcriber):
    once, words = librivox()
    audio = np.concatenate([once, np.zeros(80_000, np.float32), once, once])
    transcript = transcriber.transcribe(audio, TranscribeOptions(scores=False))
    assert transcriber.is_long(audio)
    assert jiwer.wer(" ".join([words] * 3), spoken_words(transcript.text)) <= 0.02
    assert transcript.language == "en"
    assert all(a.end_s <= b.start_s for a, b in pairwise(transcript.words))
    assert not any(26.8 < word.start_s < 31.5 for word in transcript.words)  # the five seconds of silence
    assert all(segment.end_s - segment.start_s <= 12.0 for segment in transcript.segments)


def test_a_speaker_who_repeats_a_sentence_is_not_taken_for_a_loop(transcriber):
    twice = np.tile(jfk_samples(), 2)
    transcript = transcriber.transcribe(twice, TranscribeOptions(language="en", scores=False))
    assert spoken_words(transcript.text) == f"{JFK} {JFK}"
    assert transcript.flags == ()


@pytest.mark.parametrize(
    ("samples", "code"),
    [
        (np.zeros(0, np.float32), ErrorCode.AUDIO_EMPTY),
        (np.zeros(800, np.float32), ErrorCode.AUDIO_TOO_SHORT),
        (np.full(16_000, np.nan, np.float32), ErrorCode.AUDIO_NOT_FINITE),
        (np.full(16_000, np.inf, np.float32), ErrorCode.AUDIO_NOT_FINITE),
        (jfk_samples() * 32767, ErrorCode.AUDIO_OUT_OF_RANGE),
    ],
)
def test_bad_audio_is_refused(transcriber, samples, code):
    with pytest.raises(LiveTranslateError) as caught:
        transcriber.transcribe(samples, ENGLISH)
    assert caught.value.code is code


def test_a_language_that_the_weights_do_not_know_is_refused(transcriber):
    with pytest.raises(LiveTranslateError, match="yue") as caught:
        transcriber.transcribe(jfk_samples(), TranscribeOptions(language="yue"))
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_a_cancelled_clip_stops_in_the_middle(transcriber):
    asked = []

    def after_five_tokens() -> bool:
        asked.append(True)
        return len(asked) > 5

    with pytest.raises(CancelledByCallerError):
        transcriber.transcribe(jfk_samples(), ENGLISH, after_five_tokens)
    assert len(asked) < 10
    assert spoken_words(transcriber.transcribe(jfk_samples(), ENGLISH).text) == JFK


def test_clips_pass_between_the_windows_of_a_long_file(transcriber: Transcriber):
    once, _ = librivox()
    finished: list[str] = []

    def file() -> None:
        transcriber.transcribe(np.tile(once, 2), ENGLISH)
        finished.append("file")

    thread = threading.Thread(target=file)
    thread.start()
    time.sleep(0.3)
    transcriber.transcribe(jfk_samples(), ENGLISH)
    finished.append("clip")
    thread.join()
    assert finished == ["clip", "file"]
