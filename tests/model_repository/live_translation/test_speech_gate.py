"""The gate opens on speech, closes after a pause, and stays shut on silence and clicks."""

import wave

import numpy as np
import pytest
from speech_gate import FRAME_S, Edge, SpeechGate


def jfk() -> np.ndarray:
    from importlib.resources import files

    with files("livetranslate").joinpath("samples/jfk.wav").open("rb") as stream, wave.open(stream) as audio:
        return np.frombuffer(audio.readframes(audio.getnframes()), "<i2").astype(np.float32) / 32768


def edges(gate: SpeechGate, audio: np.ndarray, chunk: int = 4000):
    return [t for i in range(0, len(audio), chunk) for t in gate.feed(audio[i : i + chunk])]


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(16000 * seconds), np.float32)


def test_real_speech_between_silences_opens_and_closes_at_its_borders():
    audio = np.concatenate((silence(1.0), jfk()[: int(16000 * 2.2)], silence(1.5)))
    found = edges(SpeechGate(vad_mode=2, pause_s=0.6), audio)
    assert [t.edge for t in found] == [Edge.SPEECH_STARTED, Edge.SPEECH_ENDED]
    assert found[0].at_s == pytest.approx(1.3, abs=0.3)
    assert 2.5 < found[1].at_s < 3.4


def test_the_result_does_not_depend_on_how_the_audio_was_cut():
    audio = np.concatenate((silence(0.5), jfk(), silence(1.0)))
    assert edges(SpeechGate(vad_mode=2, pause_s=0.6), audio, 317) == edges(
        SpeechGate(vad_mode=2, pause_s=0.6), audio, 160000
    )


def test_a_longer_pause_gives_fewer_utterances():
    audio = np.concatenate((jfk(), silence(2.0)))
    short = edges(SpeechGate(vad_mode=2, pause_s=0.3), audio)
    long = edges(SpeechGate(vad_mode=2, pause_s=1.5), audio)
    assert len(short) > len(long) == 2


def test_silence_and_a_single_click_open_nothing():
    audio = silence(5.0)
    audio[40000:40100] = 0.8
    gate = SpeechGate(vad_mode=2, pause_s=0.6)
    assert edges(gate, audio) == []
    assert gate.speech_s < 0.2


def test_silence_is_counted_from_the_last_speech():
    gate = SpeechGate(vad_mode=2, pause_s=5.0)
    edges(gate, np.concatenate((jfk(), silence(2.0))))
    assert gate.is_open
    assert 1.5 < gate.silence_s < 3.2
    assert gate.heard_s == pytest.approx(13.0, abs=FRAME_S)


def test_a_short_utterance_waits_longer_for_its_end_than_a_long_one():
    short = np.concatenate((jfk()[int(3.2 * 16000) : int(4.35 * 16000)], silence(2.0)))
    long = np.concatenate((jfk()[int(5.3 * 16000) : int(7.65 * 16000)], silence(2.0)))

    def pause_before_end(audio):
        gate = SpeechGate(vad_mode=2, pause_s=0.6)
        for start in range(0, len(audio), 480):
            for transition in gate.feed(audio[start : start + 480]):
                if transition.edge is Edge.SPEECH_ENDED:
                    return gate.heard_s - transition.at_s
        return None

    assert pause_before_end(long) == pytest.approx(0.6, abs=0.05)
    assert pause_before_end(short) == pytest.approx(1.2, abs=0.05)
