"""From blocks of mono samples at any rate to one 16 kHz float32 array, in bounded memory."""

from __future__ import annotations

import numpy as np
import soxr

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import (
    MAX_FILE_AUDIO_S,
    MAX_INPUT_RATE_HZ,
    MIN_AUDIO_S,
    MIN_INPUT_RATE_HZ,
    SAMPLE_RATE_HZ,
)
from livetranslate.protocol.pcm import Samples, check_amplitude

_FIRST_CAPACITY_S = 60


class MonoResampler:
    """Collects blocks of mono audio, resampled to 16 kHz by soxr's HQ recipe (librosa's ``soxr_hq``, bit for bit).

    Only the result is kept, in one buffer that grows in place, so an hour of 48 kHz stereo costs one hour of
    16 kHz mono (230 MB) and no second copy. The rate may change between blocks, as in chained Ogg streams.
    """

    def __init__(self) -> None:
        self._buffer: Samples = np.empty(_FIRST_CAPACITY_S * SAMPLE_RATE_HZ, np.float32)
        self._length = 0
        self._rate_hz = 0
        self._stream: soxr.ResampleStream | None = None
        self._source_s = 0.0
        self._peak = 0.0

    def feed(self, block: Samples, rate_hz: int) -> None:
        """Takes the next block.

        Args:
            block: mono float32 samples, shape [n], nominally in [-1, 1].
            rate_hz: their rate.

        Raises:
            LiveTranslateError: ``AUDIO_FORMAT_UNSUPPORTED`` (rate), ``AUDIO_NOT_FINITE``, ``AUDIO_OUT_OF_RANGE``
                or ``AUDIO_TOO_LONG``.
        """
        if not block.size:
            return
        self._peak = max(self._peak, check_amplitude(block, near_s=self._source_s))
        if rate_hz != self._rate_hz:
            self._change_rate(rate_hz)
        self._source_s += block.size / rate_hz
        if self._source_s > MAX_FILE_AUDIO_S:
            raise LiveTranslateError(
                ErrorCode.AUDIO_TOO_LONG,
                f"The audio is longer than {MAX_FILE_AUDIO_S / 3600:g} hours, the limit of one request; split it.",
            )
        self._append(block if self._stream is None else self._stream.resample_chunk(block))

    def finish(self) -> Samples:
        """The whole audio, 16 kHz mono float32 within [-1, 1]; samples that went over full scale lower the whole.

        Raises:
            LiveTranslateError: ``AUDIO_EMPTY`` or ``AUDIO_TOO_SHORT``.
        """
        self._flush()
        samples = self._buffer[: self._length]
        if not self._source_s:
            raise LiveTranslateError(ErrorCode.AUDIO_EMPTY, "The audio holds no samples; send some speech.")
        if self._source_s < MIN_AUDIO_S:
            raise LiveTranslateError(
                ErrorCode.AUDIO_TOO_SHORT,
                f"The audio lasts {self._source_s * 1000:.0f} ms; at least {MIN_AUDIO_S * 1000:.0f} ms are needed.",
            )
        if self._peak > 1.0:
            samples /= self._peak
        # The resampler's filter may overshoot full scale by a little.
        return np.clip(samples, -1.0, 1.0, out=samples)

    @property
    def source_s(self) -> float:
        """Seconds of audio taken so far."""
        return self._source_s

    def _change_rate(self, rate_hz: int) -> None:
        if not MIN_INPUT_RATE_HZ <= rate_hz <= MAX_INPUT_RATE_HZ:
            raise LiveTranslateError(
                ErrorCode.AUDIO_FORMAT_UNSUPPORTED,
                f"The sampling rate is {rate_hz} Hz; allowed: {MIN_INPUT_RATE_HZ} to {MAX_INPUT_RATE_HZ} Hz.",
            )
        self._flush()
        self._rate_hz = rate_hz
        if rate_hz != SAMPLE_RATE_HZ:
            self._stream = soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")

    def _flush(self) -> None:
        if self._stream is not None:
            self._append(self._stream.resample_chunk(np.empty(0, np.float32), last=True))
            self._stream = None

    def _append(self, block: Samples) -> None:
        end = self._length + block.size
        if end > self._buffer.size:
            # resize() extends the allocation (in place, by the kernel, when it is large); no view of it is out yet.
            self._buffer.resize(max(end, self._buffer.size * 3 // 2), refcheck=False)
        self._buffer[self._length : end] = block
        self._length = end
