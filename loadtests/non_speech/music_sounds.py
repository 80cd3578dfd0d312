"""Music without a voice: chords, arpeggios, a melody with vibrato, drums."""

from __future__ import annotations

import numpy as np

from loadtests.non_speech.signals import (
    RATE_HZ,
    Random,
    Samples,
    as_samples,
    at_level,
    band_noise,
    decay,
    harmonics,
    mix_at,
    times,
)

_SCALE = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16)
_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (-3, 0, 4))


def chords(random: Random, seconds: float) -> Samples:
    """Held chords that change every second or two, as of an organ or a pad."""
    music = np.zeros(round(seconds * RATE_HZ), np.float32)
    key_hz = float(random.uniform(110, 260))
    length_s = float(random.uniform(0.8, 2.0))
    timbre = [1.0 / number ** float(random.uniform(1.0, 2.0)) for number in range(1, 9)]
    for index, at_s in enumerate(np.arange(0.0, seconds, length_s)):
        for step in _CHORDS[index % len(_CHORDS)]:
            envelope = decay(length_s, attack_s=0.08, release_s=length_s)
            mix_at(music, harmonics(_pitch_hz(key_hz, step), length_s, timbre) * envelope, float(at_s))
    return at_level(music, -20.0)


def arpeggios(random: Random, seconds: float) -> Samples:
    """Broken chords of plucked or struck notes, as of a guitar or a piano."""
    music = np.zeros(round(seconds * RATE_HZ), np.float32)
    key_hz = float(random.uniform(130, 330))
    step_s = float(random.uniform(0.12, 0.35))
    timbre = [1.0, 0.6, 0.4, 0.25, 0.15, 0.1]
    for index, at_s in enumerate(np.arange(0.0, seconds, step_s)):
        chord = _CHORDS[(index // 8) % len(_CHORDS)]
        octave = 12 * int(random.integers(0, 2))
        note = harmonics(_pitch_hz(key_hz, chord[index % 3] + octave), 0.9, timbre)
        mix_at(music, note * decay(0.9, attack_s=0.005, release_s=0.25), float(at_s))
    return at_level(music, -20.0)


def melody(random: Random, seconds: float) -> Samples:
    """One voice with vibrato in the range of a singer, as of a violin or a flute: the nearest to speech."""
    music = np.zeros(round(seconds * RATE_HZ), np.float32)
    key_hz = float(random.uniform(180, 400))
    vibrato_hz, depth = float(random.uniform(4.5, 6.5)), float(random.uniform(0.005, 0.02))
    timbre = [1.0 / number for number in range(1, 13)]
    at_s = 0.0
    while at_s < seconds:
        length_s = float(random.choice([0.25, 0.5, 0.5, 1.0, 1.5]))
        if random.random() < 0.85:
            vibrato = 1.0 + depth * np.sin(2 * np.pi * vibrato_hz * times(length_s))
            pitch_hz = _pitch_hz(key_hz, int(random.choice(_SCALE))) * vibrato
            swell = decay(length_s, attack_s=min(0.08, length_s / 3), release_s=length_s)
            mix_at(music, harmonics(pitch_hz, length_s, timbre) * swell, at_s)
        at_s += length_s
    return at_level(music, -20.0)


def drums(random: Random, seconds: float) -> Samples:
    """Kick, snare and hi-hat at 80 to 150 beats a minute."""
    music = np.zeros(round(seconds * RATE_HZ), np.float32)
    beat_s = 60.0 / float(random.uniform(80, 150))
    drop = 50.0 + 100.0 * np.exp(-times(0.3) / 0.04)
    kick = harmonics(drop, 0.3, [1.0]) * decay(0.3, attack_s=0.002, release_s=0.1)
    for index, at_s in enumerate(np.arange(0.0, seconds, beat_s / 2)):
        hat = band_noise(random, 0.08, 5000, 7900) * decay(0.08, attack_s=0.001, release_s=0.02)
        mix_at(music, hat, float(at_s))
        if index % 4 == 0:
            mix_at(music, as_samples(2.0 * kick), float(at_s))
        if index % 4 == 2:
            snare = band_noise(random, 0.25, 300, 6000) * decay(0.25, attack_s=0.001, release_s=0.07)
            mix_at(music, as_samples(1.5 * snare), float(at_s))
    return at_level(music, -20.0)


def band(random: Random, seconds: float) -> Samples:
    """All of them together."""
    parts = (chords, arpeggios, melody, drums)
    weights = random.uniform(0.3, 1.0, len(parts))
    mixed = [weight * part(random, seconds) for weight, part in zip(weights, parts, strict=True)]
    return at_level(np.sum(mixed, axis=0), -20.0)


def _pitch_hz(key_hz: float, semitones: float) -> float:
    return float(key_hz * 2 ** (semitones / 12))
