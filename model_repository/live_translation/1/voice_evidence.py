"""Does a sound come from a voice? Its pitch tells: noise has none, and a machine's or an instrument's stands still.

webrtcvad looks at the energies of six bands, and takes rain, breath, a fan, a crowd and most music for speech. Between
two thirds and all of a stream of such sounds passed it. A voice is periodic, and never quite: its pitch moves by more
than half a per cent from frame to frame.

The strength of the pitch is Boersma's: "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", 1993 (the highest peak of the windowed signal's autocorrelation over the
window's own), after a first-order high-pass, which makes rumble as flat as hiss.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

FRAME_SAMPLES = 480

VOICING_STRENGTH = 0.33
"""Strength of the pitch from which a frame counts as periodic. Noise of any colour, breath, claps and crackle stay
below 0.26 in nine frames of ten; of the frames of read speech three quarters are above, at 10 dB signal-to-noise ratio
a third (Praat's own threshold, for clean voices, is 0.45). A higher one misses more of speech at 5 dB."""

FROZEN_OCTAVES = 0.006
"""A pitch that moves less than this (0.4 %) from one 30 ms frame to the next, twice in a row, stands still: a tone, a
hum, a held note. In speech 1 voiced frame in 50 does."""

_RATE_HZ = SAMPLE_RATE_HZ // 2
_HIGHEST_HZ, _LOWEST_HZ = 500, 65
_FIRST_LAG, _END_LAG = _RATE_HZ // _HIGHEST_HZ, _RATE_HZ // _LOWEST_HZ
_TRANSFORM = 1024
_PRE_EMPHASIS = np.float32(0.95)
_SILENCE = 1e-9

Floats = npt.NDArray[np.float32]


class VoiceEvidence:
    """Follows the pitch of a stream, frame by frame."""

    def __init__(self) -> None:
        self._half = np.zeros(FRAME_SAMPLES // 2 + 1, np.float32)
        self._pitch_octaves = 0.0
        self._was_still = False

    def is_voice(self, frame: Samples) -> bool:
        """Whether a frame (FP32 [480], 16 kHz), with the one before it, has a pitch that moves."""
        half = frame.reshape(-1, 2).mean(axis=1)
        window = np.concatenate((self._half, half))
        self._half = window[-self._half.size :]
        strength, pitch_octaves = _pitch(window[1:] - _PRE_EMPHASIS * window[:-1])
        still = abs(pitch_octaves - self._pitch_octaves) < FROZEN_OCTAVES
        frozen = still and self._was_still
        self._pitch_octaves, self._was_still = pitch_octaves, still
        return strength > VOICING_STRENGTH and not frozen


def _pitch(window: Floats) -> tuple[float, float]:
    """Strength of the pitch, 0 to 1, and its place, octaves over 1 Hz."""
    spectrum = np.fft.rfft((window - window.mean()) * _TAPER, _TRANSFORM)
    correlation = np.fft.irfft(np.square(np.abs(spectrum)))
    if correlation[0] < _SILENCE:
        return 0.0, 0.0
    lags = correlation[_FIRST_LAG : _END_LAG + 1] / (correlation[0] * _TAPER_CORRELATION)
    best = int(np.argmax(lags))
    shift = 0.0
    if 0 < best < lags.size - 1:  # between the samples: the top of a parabola through three
        before, top, after = lags[best - 1 : best + 2]
        bend = before - 2 * top + after
        shift = 0.5 * (before - after) / bend if bend else 0.0
    return float(lags[best]), float(np.log2(_RATE_HZ / (_FIRST_LAG + best + shift)))


_TAPER = np.hanning(FRAME_SAMPLES + 2)[1:-1].astype(np.float32)
_WHOLE_TAPER_CORRELATION = np.fft.irfft(np.square(np.abs(np.fft.rfft(_TAPER, _TRANSFORM))))
_TAPER_CORRELATION = (_WHOLE_TAPER_CORRELATION / _WHOLE_TAPER_CORRELATION[0])[_FIRST_LAG : _END_LAG + 1]
