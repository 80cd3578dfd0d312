"""Whisper's input features: the log-mel spectrogram of a window (Radford et al. 2022, section 2.2; 30 s there)."""

from __future__ import annotations

import librosa
import numpy as np
import numpy.typing as npt

from livetranslate.protocol.limits import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.float32]

WINDOW_S = 30
FRAMES_PER_S = 100
_FFT = 400
_HOP = 160


class MelFeatures:
    """Computes features with a given number of mel bands (80, or 128 for large-v3)."""

    def __init__(self, bands: int) -> None:
        self._filters = librosa.filters.mel(sr=SAMPLE_RATE_HZ, n_fft=_FFT, n_mels=bands).astype(np.float32)
        self._window = np.hanning(_FFT + 1)[:-1].astype(np.float32)

    def __call__(self, samples: Samples, frames: int = WINDOW_S * FRAMES_PER_S) -> npt.NDArray[np.float32]:
        """Features of a window.

        Args:
            samples: 16 kHz mono float32, shape [n]; shorter audio than the window is padded with silence.
            frames: length of the window in frames of 10 ms.

        Returns:
            float32, shape [1, bands, frames].
        """
        length = frames * _HOP
        padded = np.pad(samples[:length], (0, max(0, length - samples.size)))
        padded = np.pad(padded, _FFT // 2, mode="reflect")
        pieces = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP][:frames]
        power = np.abs(np.fft.rfft(pieces * self._window, axis=1)) ** 2
        log_mel = np.log10(np.maximum(self._filters @ power.T, 1e-10))
        log_mel = np.maximum(log_mel, log_mel.max() - 8.0)
        features: npt.NDArray[np.float32] = ((log_mel + 4.0) / 4.0).astype(np.float32)[np.newaxis]
        return features
