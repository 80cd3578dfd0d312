"""Building blocks of generated sounds: coloured noise, tones, envelopes. All FP32 at 16 kHz, about -20 dBFS."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

RATE_HZ = 16_000

Samples = npt.NDArray[np.float32]
Random = np.random.Generator


def times(seconds: float) -> npt.NDArray[np.float64]:
    """The time of each sample, seconds."""
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def coloured_noise(random: Random, seconds: float, exponent: float) -> Samples:
    """Noise whose power falls with frequency: exponent 0 is white, 1 pink, 2 brown."""
    count = round(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequencies = np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), 20.0)
    return at_level(np.fft.irfft(spectrum / frequencies ** (exponent / 2), count), -20.0)


def band_noise(random: Random, seconds: float, low_hz: float, high_hz: float) -> Samples:
    """White noise through a band-pass."""
    sections = butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    return at_level(sosfilt(sections, random.standard_normal(round(seconds * RATE_HZ))), -20.0)


def harmonics(frequency_hz: npt.NDArray[np.float64] | float, seconds: float, amplitudes: list[float]) -> Samples:
    """A harmonic tone; the frequency is a number or one for each sample."""
    steps = np.broadcast_to(np.asarray(frequency_hz, np.float64), (round(seconds * RATE_HZ),))
    phase = 2 * np.pi * np.cumsum(steps) / RATE_HZ
    parts = [
        level * np.sin(number * phase) * (number * steps < RATE_HZ / 2)
        for number, level in enumerate(amplitudes, start=1)
    ]
    return at_level(np.sum(parts, axis=0), -20.0)


def decay(seconds: float, *, attack_s: float, release_s: float) -> Samples:
    """An envelope that rises in a line and falls exponentially."""
    t = times(seconds)
    return as_samples(np.minimum(1.0, t / attack_s) * np.exp(-np.maximum(0.0, t - attack_s) / release_s))


def at_level(samples: npt.ArrayLike, level_dbfs: float) -> Samples:
    """The same sound at a level (RMS, dB below full scale)."""
    signal = np.asarray(samples, np.float64)
    rms = float(np.sqrt(np.mean(np.square(signal)))) if signal.size else 0.0
    return as_samples(signal if rms < 1e-9 else signal * 10 ** (level_dbfs / 20) / rms)


def mix_at(target: Samples, sound: Samples, at_s: float) -> None:
    """Adds a sound into a longer one, in place; what reaches beyond its end is cut."""
    start = round(at_s * RATE_HZ)
    end = min(start + sound.size, target.size)
    if start < end:
        target[start:end] += sound[: end - start]


def joined(parts: list[Samples], *, fade_s: float = 0.05) -> Samples:
    """Parts one after another, cross-faded."""
    fade = round(fade_s * RATE_HZ)
    result = parts[0]
    ramp = as_samples(np.linspace(0.0, 1.0, fade))
    for part in parts[1:]:
        seam = result[-fade:] * ramp[::-1] + part[:fade] * ramp
        result = np.concatenate((result[:-fade], seam, part[fade:]))
    return result


def as_samples(values: npt.ArrayLike) -> Samples:
    """As FP32."""
    return np.asarray(values, np.float32)
