"""Sounds of people and things in a room that are no words: breath, coughs, claps, keys, crackle."""

from __future__ import annotations

import numpy as np

from loadtests.non_speech.signals import (
    RATE_HZ,
    Random,
    Samples,
    as_samples,
    at_level,
    band_noise,
    coloured_noise,
    decay,
    harmonics,
    mix_at,
    times,
)


def breathing(random: Random, seconds: float) -> Samples:
    """In and out, 12 to 30 times a minute, close to the microphone: noise shaped by an open mouth or a nose."""
    sound = np.zeros(round(seconds * RATE_HZ), np.float32)
    cycle_s = 60.0 / float(random.uniform(12, 30))
    for at_s in np.arange(0.0, seconds, cycle_s):
        for start, share, low_hz, high_hz in ((0.0, 0.35, 500, 3500), (0.45, 0.45, 250, 2200)):
            length_s = share * cycle_s * float(random.uniform(0.85, 1.1))
            swell = np.sin(np.pi * times(length_s) / length_s) ** 1.5
            breath = band_noise(random, length_s, low_hz, high_hz) * as_samples(swell)
            mix_at(sound, as_samples(float(random.uniform(0.5, 1.0)) * breath), float(at_s) + start * cycle_s)
    return at_level(sound, -28.0)


def coughs(random: Random, seconds: float) -> Samples:
    """A burst of noise, then a short voiced tail that falls; singly or in pairs, a second or more apart."""
    sound = np.zeros(round(seconds * RATE_HZ), np.float32)
    at_s = float(random.uniform(0.1, 0.8))
    while at_s < seconds:
        for _ in range(int(random.integers(1, 4))):
            mix_at(sound, _cough(random), at_s)
            at_s += float(random.uniform(0.3, 0.5))
        at_s += float(random.uniform(0.8, 3.0))
    return at_level(sound, -22.0)


def claps_and_keys(random: Random, seconds: float) -> Samples:
    """Claps, knocks and a keyboard's clicks, from single ones to applause."""
    sound = np.zeros(round(seconds * RATE_HZ), np.float32)
    kind = int(random.integers(3))
    rate_per_s = (float(random.uniform(4, 9)), float(random.uniform(1, 3)), float(random.uniform(30, 80)))[kind]
    for at_s in np.sort(random.uniform(0.0, seconds, round(rate_per_s * seconds))):
        low_hz, high_hz, release_s = ((1500, 7500, 0.006), (150, 1200, 0.03), (700, 5000, 0.02))[kind]
        strike = band_noise(random, 0.12, low_hz * float(random.uniform(0.8, 1.2)), high_hz)
        strike = strike * decay(0.12, attack_s=0.001, release_s=release_s)
        mix_at(sound, as_samples(float(random.uniform(0.3, 1.0)) * strike), float(at_s))
    return at_level(sound, -24.0)


def crackle(random: Random, seconds: float) -> Samples:
    """A bad line: clipped hum, clicks, and a signal that comes and goes."""
    hum = harmonics(50.0, seconds, [1.0, 0.2, 0.6, 0.1, 0.4]) * float(random.uniform(0.5, 4.0))
    noise = coloured_noise(random, seconds, 0.5)
    clicks = (random.random(noise.size) < float(random.uniform(0.0005, 0.01))) * random.uniform(-6, 6, noise.size)
    gaps = np.repeat(random.random(-(-noise.size // 800)) < 0.8, 800)[: noise.size]
    return at_level(np.clip((hum + noise) * gaps + 0.1 * clicks, -0.15, 0.15), -20.0)


def _cough(random: Random) -> Samples:
    length_s = float(random.uniform(0.25, 0.45))
    burst = band_noise(random, length_s, 300, 5000) * decay(length_s, attack_s=0.01, release_s=0.06)
    pitch_hz = float(random.uniform(120, 260)) * (1.0 - 0.4 * times(length_s) / length_s)
    voice = harmonics(pitch_hz, length_s, [1.0 / number for number in range(1, 20)])
    voice = voice * decay(length_s, attack_s=0.08, release_s=0.08)
    return as_samples(burst + float(random.uniform(0.1, 0.6)) * voice)
