"""Encoded and damaged audio for tests, made from real speech by FFmpeg (PyAV)."""

from __future__ import annotations

import io
import wave
from importlib.resources import files

import av
import numpy as np
import soxr


def jfk_bytes() -> bytes:
    """The bundled recording, a WAV file of 11 s, 16 kHz mono."""
    return files("livetranslate").joinpath("samples/jfk.wav").read_bytes()


def jfk_samples() -> np.ndarray:
    """The bundled recording, float32 in [-1, 1]."""
    with wave.open(io.BytesIO(jfk_bytes())) as audio:
        return np.frombuffer(audio.readframes(audio.getnframes()), "<i2").astype(np.float32) / np.float32(32768)


def wav(samples: np.ndarray, *, rate_hz: int = 16_000) -> bytes:
    """16-bit WAV of float samples, [n] or [n, channels]."""
    samples = samples if samples.ndim == 2 else samples[:, np.newaxis]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as audio:
        audio.setnchannels(samples.shape[1])
        audio.setsampwidth(2)
        audio.setframerate(rate_hz)
        audio.writeframes((samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def encode(samples: np.ndarray, container: str, codec: str, rate_hz: int, layout: str = "mono") -> bytes:
    """The 16 kHz samples at another rate, the same in every channel, through an encoder."""
    resampled = soxr.resample(samples, 16_000, rate_hz, "HQ").astype(np.float32)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz)
        stream.layout = layout
        planes = np.repeat(resampled[np.newaxis], av.AudioLayout(layout).nb_channels, axis=0)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate_hz, 0
        converter = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate_hz)
        for converted in [*converter.resample(frame), *converter.resample(None)]:
            output.mux(stream.encode(converted))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def silent_film() -> bytes:
    """An MP4 with pictures and no sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    return buffer.getvalue()
