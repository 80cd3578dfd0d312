"""Decodes any container that ffmpeg reads, block by block, to mono s16le.

For streaming the recording's own rate is kept: the server resamples once, with one good resampler.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, Protocol, Union

import av
import numpy as np

from livetranslate.protocol import AudioFormat, ErrorCode, LiveTranslateError, limits


class ByteReader(Protocol):
    """What PyAV needs of a stream."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes; none at the end."""


class PcmReader:
    """The audio of one container.

    Attributes:
        name: for sentences.
        format: layout of the PCM that :meth:`blocks` gives: s16le, mono, the recording's own rate or ``rate_hz``.
        duration_s: length as the container states it; None when it does not.
    """

    def __init__(self, source: Union[str, ByteReader], *, name: str, rate_hz: int | None = None) -> None:
        self.name = name
        try:
            self._container: Any = av.open(source, mode="r", metadata_errors="replace")
        except (av.FFmpegError, UnicodeDecodeError) as error:
            raise self._unreadable(error) from error
        if not self._container.streams.audio:
            self._container.close()
            raise LiveTranslateError(ErrorCode.AUDIO_UNREADABLE, f"{name} holds no audio track; give a recording.")
        stream = self._container.streams.audio[0]
        own_rate_hz = int(stream.rate or 0)
        if not limits.MIN_INPUT_RATE_HZ <= own_rate_hz <= limits.MAX_INPUT_RATE_HZ:
            self._container.close()
            raise LiveTranslateError(
                ErrorCode.AUDIO_FORMAT_UNSUPPORTED,
                f"{name} has a rate of {own_rate_hz} Hz; allowed: {limits.MIN_INPUT_RATE_HZ} to "
                f"{limits.MAX_INPUT_RATE_HZ}. Convert it first.",
            )
        self.format = AudioFormat(rate_hz=rate_hz or own_rate_hz)
        duration = self._container.duration
        self.duration_s: float | None = duration / av.time_base if duration else None

    def blocks(self) -> Iterator[bytes]:
        """The audio, in the decoder's own frame sizes. Can be read once.

        Raises:
            LiveTranslateError: ``AUDIO_UNREADABLE`` when not a single frame could be decoded, ``AUDIO_TRUNCATED``
                when decoding broke off later: what came before it has been given.
        """
        resampler = av.AudioResampler(format="flt", rate=self.format.rate_hz)
        samples = 0
        try:
            # None at the end gives what a change of rate has held back.
            for frame in chain(self._container.decode(audio=0), (None,)):
                for converted in resampler.resample(frame):
                    block = _mono_s16le(converted.to_ndarray(), channels=converted.layout.nb_channels)
                    samples += len(block) // 2
                    yield block
        except av.FFmpegError as error:
            if not samples:
                raise self._unreadable(error) from error
            raise LiveTranslateError(
                ErrorCode.AUDIO_TRUNCATED,
                f"{self.name} breaks off after {samples / self.format.rate_hz:.1f} s ({error.strerror or error}); "
                "the rest is missing or damaged.",
            ) from error
        finally:
            self._container.close()
        if not samples:
            raise LiveTranslateError(ErrorCode.AUDIO_EMPTY, f"{self.name} holds no sample of audio.")

    def _unreadable(self, error: Exception) -> LiveTranslateError:
        reason = getattr(error, "strerror", None) or str(error)
        return LiveTranslateError(
            ErrorCode.AUDIO_UNREADABLE,
            f"{self.name} is no audio that can be read ({reason}); WAV, FLAC, MP3, OGG, Opus, WebM and M4A can.",
        )


def _mono_s16le(interleaved: Any, *, channels: int) -> bytes:
    """Averages packed float samples of shape [1, frames * channels] and quantises them."""
    mono = interleaved.reshape(-1, channels).mean(axis=1)
    return bytes(np.clip(np.rint(mono * 32768.0), -32768, 32767).astype("<i2").tobytes())
