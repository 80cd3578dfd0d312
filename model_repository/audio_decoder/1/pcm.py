"""Raw PCM, described by the request because nothing in the bytes does."""

from __future__ import annotations

import numpy as np
from resampling import MonoResampler

from livetranslate.protocol import AudioFormat, AudioInfo
from livetranslate.protocol.pcm import Samples, check_alignment, pcm_to_float, to_mono

_BLOCK_FRAMES = 1 << 18


def decode_pcm(data: bytes, layout: AudioFormat) -> tuple[Samples, AudioInfo]:
    """Decodes raw interleaved PCM to 16 kHz mono, block by block: an hour is never held twice.

    Args:
        data: samples as ``layout`` says, without a header.
        layout: encoding, rate and channels.

    Returns:
        float32 samples in [-1, 1], shape [n], and what was decoded.

    Raises:
        LiveTranslateError: ``AUDIO_EMPTY``, ``AUDIO_TOO_SHORT``, ``AUDIO_TOO_LONG``, ``AUDIO_MISALIGNED`` (bytes that
            do not fill whole frames), ``AUDIO_NOT_FINITE`` or ``AUDIO_OUT_OF_RANGE``.
    """
    check_alignment(len(data), layout)
    resampler = MonoResampler()
    view = memoryview(data)
    step = _BLOCK_FRAMES * layout.frame_bytes
    for start in range(0, len(view), step):
        with np.errstate(invalid="ignore", over="ignore"):  # the resampler refuses NaN and infinity in a sentence
            block = to_mono(pcm_to_float(view[start : start + step], layout))
        resampler.feed(block, layout.rate_hz)
    samples = resampler.finish()
    return samples, AudioInfo(layout.encoding.value, layout.rate_hz, layout.channels, round(resampler.source_s, 6))
