"""Sounds that stay as they are: noises, hums, tones, dialling tones, digital silence."""

from __future__ import annotations

import numpy as np

from loadtests.non_speech.signals import (
    RATE_HZ,
    Random,
    Samples,
    as_samples,
    at_level,
    coloured_noise,
    harmonics,
    joined,
    times,
)

_DTMF_ROWS_HZ = (697.0, 770.0, 852.0, 941.0)
_DTMF_COLUMNS_HZ = (1209.0, 1336.0, 1477.0, 1633.0)


def digital_silence(_random: Random, seconds: float) -> Samples:
    """Zeros."""
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def white_noise(random: Random, seconds: float) -> Samples:
    """White noise."""
    return coloured_noise(random, seconds, 0.0)


def pink_noise(random: Random, seconds: float) -> Samples:
    """Pink noise, as of rain."""
    return coloured_noise(random, seconds, 1.0)


def brown_noise(random: Random, seconds: float) -> Samples:
    """Brown noise, as of a waterfall or a cabin."""
    return coloured_noise(random, seconds, 2.0)


def fan_hum(random: Random, seconds: float) -> Samples:
    """Harmonics of the mains, blades passing, and air: the level breathes slowly."""
    mains_hz = float(random.choice([50.0, 60.0]))
    hum = harmonics(mains_hz, seconds, [1.0 / number**1.2 for number in range(1, 12)])
    blades = harmonics(float(random.uniform(80, 240)), seconds, [1.0, 0.5, 0.3, 0.2])
    air = coloured_noise(random, seconds, 1.0)
    swell = 1.0 + 0.3 * np.sin(2 * np.pi * float(random.uniform(0.1, 1.5)) * times(seconds))
    weights = random.uniform(0.2, 1.0, 3)
    return at_level((weights[0] * hum + weights[1] * blades + weights[2] * air) * swell, -20.0)


def tones(random: Random, seconds: float) -> Samples:
    """Plain tones, beeps at regular times, and sweeps up and down."""
    t = times(seconds)
    kind = int(random.integers(3))
    if kind == 0:
        return harmonics(float(random.choice([110, 220, 440, 1000, 3000])), seconds, [1.0])
    if kind == 1:
        beep = harmonics(float(random.uniform(300, 2000)), seconds, [1.0, 0.3])
        return at_level(beep * ((t % float(random.uniform(0.3, 1.5))) < 0.15), -20.0)
    low_hz, high_hz = sorted(random.uniform(80, 4000, 2))
    sweep = low_hz + (high_hz - low_hz) * (0.5 - 0.5 * np.cos(2 * np.pi * t / float(random.uniform(1, 5))))
    return harmonics(sweep, seconds, [1.0, 0.2])


def telephone(random: Random, seconds: float) -> Samples:
    """Touch tones (ITU-T Q.23), then ringing and busy tones (440 and 480 Hz, 425 Hz)."""
    parts: list[Samples] = []
    while sum(part.size for part in parts) < seconds * RATE_HZ * 0.6:
        pair = float(random.choice(_DTMF_ROWS_HZ)), float(random.choice(_DTMF_COLUMNS_HZ))
        length_s = float(random.uniform(0.07, 0.25))
        digit = harmonics(pair[0], length_s, [1.0]) + harmonics(pair[1], length_s, [1.0])
        parts += [digit, digital_silence(random, float(random.uniform(0.06, 0.3)))]
    dialled = np.concatenate(parts)
    rest = max(0.2, seconds - dialled.size / RATE_HZ + 0.05)
    t = times(rest)
    if random.random() < 0.5:
        line = (harmonics(440.0, rest, [1.0]) + harmonics(480.0, rest, [1.0])) * ((t % 3.0) < 1.0)
    else:
        line = harmonics(425.0, rest, [1.0]) * ((t % 1.0) < 0.5)
    return joined([dialled, as_samples(line)])[: round(seconds * RATE_HZ)]
