"""Encoded audio of any common container, recognised by content, through PyAV (FFmpeg)."""

from __future__ import annotations

import io
from collections.abc import Iterator

import av
import numpy as np
from resampling import MonoResampler

from livetranslate.protocol import AudioInfo, ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import MAX_CHANNELS
from livetranslate.protocol.pcm import Samples

# Only plain containers: FFmpeg also "opens" playlists and scripts, which name other files and hosts to read.
_CONTAINERS = "wav,w64,flac,mp3,ogg,matroska,webm,mov,mp4,m4a,3gp,aac,aiff,au,caf,amr,mpegts"
_CONTAINER_NAMES = {"matroska,webm": "webm", "mov,mp4,m4a,3gp,3g2,mj2": "mp4"}

# Encoders pad the last frame and containers round lengths; a larger loss means that the end is missing.
_LENGTH_TOLERANCE_S = 0.3
_LENGTH_TOLERANCE = 0.01


def decode_file(data: bytes) -> tuple[Samples, AudioInfo]:
    """Decodes a whole encoded file to 16 kHz mono.

    Damaged packets are skipped and what can be decoded is kept; ``AudioInfo.truncated`` then says so.

    Args:
        data: the file's bytes.

    Returns:
        float32 samples in [-1, 1], shape [n], and what was found.

    Raises:
        LiveTranslateError: ``AUDIO_EMPTY``, ``AUDIO_UNREADABLE`` (not audio, no audio stream, nothing decodes),
            ``AUDIO_TOO_SHORT``, ``AUDIO_TOO_LONG``, ``AUDIO_FORMAT_UNSUPPORTED``, ``AUDIO_NOT_FINITE`` or
            ``AUDIO_OUT_OF_RANGE``.
    """
    if not data:
        raise LiveTranslateError(ErrorCode.AUDIO_EMPTY, "The file is empty (0 bytes); send a recording.")
    try:
        with av.open(io.BytesIO(data), options={"format_whitelist": _CONTAINERS}) as container:
            return _decode_container(container, data)
    except av.error.FFmpegError as error:
        raise LiveTranslateError(
            ErrorCode.AUDIO_UNREADABLE,
            f"The {len(data):,} bytes are no readable audio file ({_reason(error)}); they begin with {data[:16]!r}. "
            "Send WAV, FLAC, MP3, Ogg/Opus, WebM or M4A, or describe raw PCM by encoding, rate_hz and channels.",
        ) from error


def _decode_container(container: av.container.InputContainer, data: bytes) -> tuple[Samples, AudioInfo]:
    if not container.streams.audio:
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "none"
        raise LiveTranslateError(
            ErrorCode.AUDIO_UNREADABLE, f"The file has no audio stream (streams: {kinds}); send one with sound."
        )
    stream = container.streams.audio[0]
    name = _CONTAINER_NAMES.get(container.format.name, container.format.name)
    codec = stream.codec_context.name.removesuffix("float")
    label = name if codec == name else f"{name}/{codec}"
    rate_hz, channels = stream.codec_context.sample_rate, stream.codec_context.channels
    if channels > MAX_CHANNELS:
        raise LiveTranslateError(
            ErrorCode.AUDIO_FORMAT_UNSUPPORTED, f"The file has {channels} channels; at most {MAX_CHANNELS} are read."
        )
    declared_s = _declared_length_s(container, stream, data)
    resampler, damage = MonoResampler(), _Damage()
    for frame in _frames(container, stream, damage):
        resampler.feed(_to_mono(frame), frame.sample_rate)
    if not resampler.source_s and damage.packets:
        raise LiveTranslateError(
            ErrorCode.AUDIO_UNREADABLE,
            f"Nothing of the {label} file could be decoded ({damage.packets} damaged packet(s), {len(data):,} bytes); "
            "it is truncated or corrupt.",
        )
    samples = resampler.finish()
    missing_s = declared_s - resampler.source_s
    lost_end = missing_s > max(_LENGTH_TOLERANCE_S, _LENGTH_TOLERANCE * declared_s) or _riff_is_cut(data)
    return samples, AudioInfo(
        label, rate_hz, channels, round(resampler.source_s, 6), truncated=lost_end or damage.packets > 0
    )


class _Damage:
    """Counts packets that could not be read or decoded."""

    packets = 0


def _frames(container: av.container.InputContainer, stream: av.AudioStream, damage: _Damage) -> Iterator[av.AudioFrame]:
    """All frames as planar float32, rate and channels unchanged; goes on after damaged packets."""
    converter: av.AudioResampler | None = None
    converts: tuple[str, str, int] | None = None
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:
            damage.packets += 1
            return
        try:
            frames = stream.codec_context.decode(packet)
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            damage.packets += 1
            continue
        for frame in frames:
            kind = (frame.format.name, frame.layout.name, frame.sample_rate)
            if kind != converts or converter is None:
                converter, converts = av.AudioResampler(format="fltp"), kind
            yield from converter.resample(frame)


def _to_mono(frame: av.AudioFrame) -> Samples:
    planes = frame.to_ndarray()
    if planes.shape[0] == 1:
        return np.ascontiguousarray(planes[0], dtype=np.float32)
    with np.errstate(invalid="ignore", over="ignore"):  # the resampler refuses NaN and infinity in a sentence
        mono: Samples = planes.mean(axis=0, dtype=np.float32)
    return mono


def _declared_length_s(container: av.container.InputContainer, stream: av.AudioStream, data: bytes) -> float:
    """The length that the file itself declares, or 0 when it declares none.

    An MP3 without a Xing, Info or VBRI header declares nothing: FFmpeg then guesses from the first frame's bit rate.
    """
    if container.format.name == "mp3" and not any(tag in data[:8192] for tag in (b"Xing", b"Info", b"VBRI")):
        return 0.0
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


def _riff_is_cut(data: bytes) -> bool:
    """Whether a WAV file is shorter than its header says. Live recorders write a size near the 32-bit limit."""
    declared_bytes = int.from_bytes(data[4:8], "little") + 8
    return data[:4] == b"RIFF" and len(data) < declared_bytes < 0x7FFF_0000


def _reason(error: av.error.FFmpegError) -> str:
    return (error.strerror or type(error).__name__).lower()
