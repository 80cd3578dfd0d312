"""Raw PCM chunks in, 16 kHz mono out, without losing a sample or the place in time.

Chunks may be cut anywhere, even inside a sample: the rest waits for the next chunk. Samples that are no audio
are replaced by silence of the same length and reported, so that the times of everything after them stay right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr

from livetranslate.protocol import AudioFormat, Encoding, ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples, check_amplitude, pcm_to_float, to_mono


@dataclass(frozen=True)
class AudioProblem:
    """Audio that was replaced by silence: why, and how much of it, in seconds."""

    error: LiveTranslateError
    dropped_s: float


class AudioInput:
    """Decodes, checks, mixes down and resamples one session's stream."""

    def __init__(self, layout: AudioFormat) -> None:
        self._layout = layout
        self._remainder = b""
        self._resampler = (
            None
            if layout.rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(layout.rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")
        )

    def feed(self, data: bytes) -> tuple[Samples, AudioProblem | None]:
        """Takes the next bytes; returns FP32 [n] at 16 kHz that are ready, and what had to be dropped."""
        data = self._remainder + data
        whole = len(data) - len(data) % self._layout.frame_bytes
        self._remainder = data[whole:]
        samples = pcm_to_float(data[:whole], self._layout)
        problem = None
        try:
            check_amplitude(samples)
        except LiveTranslateError as error:
            problem = AudioProblem(error, dropped_s=len(samples) / self._layout.rate_hz)
            samples = np.zeros_like(samples)
        return self._resample(to_mono(samples)), problem

    def skip(self, size_bytes: int) -> Samples:
        """Silence in place of bytes that were dropped, of their length; the next bytes keep their place in a frame."""
        frames, rest = divmod(len(self._remainder) + size_bytes, self._layout.frame_bytes)
        self._remainder = self._silence_bytes(rest)
        return self._resample(np.zeros(frames, np.float32))

    def _silence_bytes(self, count: int) -> bytes:
        return (b"\xff" if self._layout.encoding is Encoding.MULAW else b"\0") * count

    def flush(self) -> tuple[Samples, AudioProblem | None]:
        """Ends the stream; returns the resampler's last samples and a report of bytes that made no whole frame."""
        problem = None
        if self._remainder:
            problem = AudioProblem(
                LiveTranslateError(
                    ErrorCode.AUDIO_MISALIGNED,
                    f"The stream ended with {len(self._remainder)} byte(s) that make no whole frame of "
                    f"{self._layout.frame_bytes}; they were dropped. Check the encoding and the channel count.",
                ),
                dropped_s=0.0,
            )
            self._remainder = b""
        return self._resample(np.zeros(0, np.float32), last=True), problem

    def _resample(self, mono: Samples, *, last: bool = False) -> Samples:
        if self._resampler is None:
            return mono
        return np.asarray(self._resampler.resample_chunk(mono, last=last), dtype=np.float32)
