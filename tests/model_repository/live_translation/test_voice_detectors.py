"""Both detectors hear a voice, clean, quiet and in noise, and are certain of none in noise, breath, tones and claps."""

import numpy as np
import pytest
from loadtests.live.clips import jfk
from loadtests.non_speech.signals import coloured_noise
from loadtests.non_speech.sound_set import make
from speech_gate import Edge, SpeechGate
from voice_detectors import FRAME_S, make_detector
from voice_evidence import FRAME_SAMPLES, VoiceEvidence

from livetranslate.protocol import VoiceActivity

DETECTORS = list(VoiceActivity)


def speech() -> np.ndarray:
    return jfk().pcm[: int(10.4 * 16000)].astype(np.float32) / 32768


def sound(name: str, seconds: float = 30.0) -> np.ndarray:
    return make(name, seconds, seed=5).pcm.astype(np.float32) / 32768


def frames(samples: np.ndarray) -> np.ndarray:
    return samples[: samples.size - samples.size % FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


def certain_share(kind: VoiceActivity, samples: np.ndarray) -> float:
    detector = make_detector(kind, 2)
    return float(np.mean([detector.judge(frame).is_certain for frame in frames(samples)]))


def open_spans(kind: VoiceActivity, samples: np.ndarray) -> list[tuple[float, float]]:
    gate = SpeechGate(vad=kind, vad_mode=2, pause_s=0.6)
    edges = list(gate.feed(np.concatenate((samples, np.zeros(32000, np.float32)))))
    starts = [edge.at_s for edge in edges if edge.edge is Edge.SPEECH_STARTED]
    ends = [edge.at_s for edge in edges if edge.edge is Edge.SPEECH_ENDED]
    return list(zip(starts, ends, strict=True))


@pytest.mark.parametrize("kind", DETECTORS)
@pytest.mark.parametrize(
    "name", ["digital_silence", "white_noise", "pink_noise", "brown_noise", "breathing", "claps_and_keys"]
)
def test_noise_opens_no_gate(kind, name):
    assert certain_share(kind, sound(name)) < 0.05
    assert open_spans(kind, sound(name)) == []


@pytest.mark.parametrize("kind", DETECTORS)
@pytest.mark.parametrize("condition", ["clean", "20 dB too quiet", "in noise at 10 dB"])
def test_every_phrase_of_real_speech_is_inside_an_open_gate(kind, condition):
    samples = speech()
    if condition == "20 dB too quiet":
        samples = samples * np.float32(0.1)
    elif condition == "in noise at 10 dB":
        level = np.sqrt(np.mean(np.square(samples)))
        noise = coloured_noise(np.random.default_rng(1), samples.size / 16000, 1.0)[: samples.size]
        samples = samples + noise * np.float32(level / np.sqrt(np.mean(np.square(noise))) * 10 ** (-10 / 20))
    spans = open_spans(kind, samples)
    for begin_s, end_s in ((0.4, 2.05), (3.35, 4.2), (5.5, 7.4), (8.3, 10.1)):  # phrases of jfk.wav, by their level
        assert any(start - 0.3 <= begin_s and end + 0.3 >= end_s for start, end in spans), (begin_s, spans)


def test_silero_keeps_out_what_a_pitch_does_not():
    for name in ("melody", "drums", "telephone", "hall"):
        assert open_spans(VoiceActivity.SILERO, sound(name)) == []


def voiced_share(samples: np.ndarray) -> float:
    evidence = VoiceEvidence()
    return float(np.mean([evidence.is_voice(frame) for frame in frames(samples.astype(np.float32))]))


def test_a_pitch_that_stands_still_is_no_voice():
    t = np.arange(3 * 16000) / 16000
    steady = sum(np.sin(2 * np.pi * 140 * n * t) / n for n in range(1, 10)) * 0.1
    wandering = 140 * (1 + 0.15 * np.sin(2 * np.pi * 1.5 * t))
    phase = 2 * np.pi * np.cumsum(wandering) / 16000
    spoken = sum(np.sin(n * phase) / n for n in range(1, 10)) * 0.1
    assert voiced_share(steady) < 0.05
    assert voiced_share(spoken) > 0.6
    assert FRAME_S == 0.03
