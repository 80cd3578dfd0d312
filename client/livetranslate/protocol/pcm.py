"""What raw PCM bytes mean: the one place where sample encodings become numbers in [-1, 1]."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from livetranslate.protocol import limits
from livetranslate.protocol.errors import ErrorCode, LiveTranslateError
from livetranslate.protocol.options import AudioFormat, Encoding

Samples = npt.NDArray[np.float32]

_CHECK_SAMPLES = 1 << 20


def check_alignment(size_bytes: int, layout: AudioFormat) -> None:
    """Refuses bytes that hold no whole number of frames.

    Raises:
        LiveTranslateError: ``AUDIO_MISALIGNED``.
    """
    remainder = size_bytes % layout.frame_bytes
    if remainder:
        raise LiveTranslateError(
            ErrorCode.AUDIO_MISALIGNED,
            f"{size_bytes} bytes are not a whole number of {layout.frame_bytes}-byte frames "
            f"({layout.channels} channel(s) of {layout.encoding.value}): {remainder} byte(s) too many. "
            "Check the encoding and the channel count.",
        )


def pcm_to_float(data: bytes | memoryview | npt.NDArray[np.uint8], layout: AudioFormat) -> Samples:
    """Turns interleaved PCM into FP32 samples of shape [frames, channels].

    Raises:
        LiveTranslateError: ``AUDIO_MISALIGNED``.
    """
    raw = np.frombuffer(data, dtype=np.uint8)
    check_alignment(raw.nbytes, layout)
    if layout.encoding is Encoding.S16LE:
        samples = raw.view("<i2").astype(np.float32) / np.float32(32768.0)
    elif layout.encoding is Encoding.F32LE:
        samples = raw.view("<f4").astype(np.float32)
    else:
        samples = _MULAW_TO_FLOAT[raw]
    return samples.reshape(-1, layout.channels)


def to_mono(samples: Samples) -> Samples:
    """Averages [frames, channels] to [frames]."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    return np.asarray(samples.mean(axis=1, dtype=np.float32))


def check_amplitude(samples: Samples, *, near_s: float | None = None) -> float:
    """Refuses samples that are no audio: NaN or infinity, or magnitudes that betray another unit.

    Args:
        samples: float samples of any shape.
        near_s: where in a longer recording they stand, for the message.

    Returns:
        The largest magnitude; 0 when there are no samples.

    Raises:
        LiveTranslateError: ``AUDIO_NOT_FINITE`` or ``AUDIO_OUT_OF_RANGE``.
    """
    flat = samples.reshape(-1)
    # Block by block: the absolute values of an hour at once would be a second copy of it.
    peaks = [float(np.max(np.abs(flat[at : at + _CHECK_SAMPLES]))) for at in range(0, flat.size, _CHECK_SAMPLES)]
    where = "" if near_s is None else f" near {near_s:.1f} s"
    if not np.isfinite(peaks).all():
        bad = int(np.count_nonzero(~np.isfinite(flat)))
        raise LiveTranslateError(
            ErrorCode.AUDIO_NOT_FINITE,
            f"{bad} of {flat.size} samples{where} are NaN or infinite; send finite float samples within [-1, 1]. "
            "If these are 16-bit integers, declare the encoding s16le.",
        )
    peak = max(peaks, default=0.0)
    if peak > limits.MAX_SAMPLE_MAGNITUDE:
        raise LiveTranslateError(
            ErrorCode.AUDIO_OUT_OF_RANGE,
            f"A sample of magnitude {peak:g}{where} is beyond {limits.MAX_SAMPLE_MAGNITUDE:g}; float audio is within "
            "[-1, 1]. Were 16-bit integers sent as floats? Divide them by 32768, or declare the encoding s16le.",
        )
    return peak


def _mulaw_table() -> Samples:
    """Expansion of the 256 mu-law codes (ITU-T G.711) to [-1, 1]."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent = ((code >> 4) & 0x07).astype(np.int32)
    mantissa = (code & 0x0F).astype(np.int32)
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    signed = np.where(code & 0x80, -magnitude, magnitude)
    return np.asarray(signed, dtype=np.float32) / np.float32(32768.0)


_MULAW_TO_FLOAT = _mulaw_table()
