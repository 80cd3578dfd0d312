"""Whole recordings for ``transcribe`` and ``translate_speech``: a path, or bytes, checked before they travel."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Union

from livetranslate.inference import ParameterValue
from livetranslate.protocol import AudioFormat, ErrorCode, LiveTranslateError, limits

Recording = Union[str, "os.PathLike[str]", bytes]


def read_recording(recording: Recording) -> bytes:
    """The bytes of an encoded file (or of raw PCM), as they are: the server recognises the container.

    Raises:
        LiveTranslateError: ``AUDIO_UNREADABLE`` (no such file), ``AUDIO_EMPTY`` or ``AUDIO_TOO_LONG``.
    """
    if isinstance(recording, bytes):
        data, name = recording, "The audio"
    else:
        path = existing_file(recording)
        if path.stat().st_size > limits.MAX_FILE_BYTES:
            raise _too_long(f"{path}", path.stat().st_size)
        try:
            data, name = path.read_bytes(), f"{path}"
        except OSError as error:
            raise LiveTranslateError(
                ErrorCode.AUDIO_UNREADABLE, f"{path} cannot be read: {error.strerror or error}."
            ) from error
    if not data:
        raise LiveTranslateError(ErrorCode.AUDIO_EMPTY, f"{name} is empty (0 bytes); give a recording.")
    if len(data) > limits.MAX_FILE_BYTES:
        raise _too_long(name, len(data))
    return data


def existing_file(path: str | os.PathLike[str]) -> Path:
    """The path, when a file is there.

    Raises:
        LiveTranslateError: ``AUDIO_UNREADABLE``.
    """
    found = Path(path).expanduser()
    if found.is_dir():
        raise LiveTranslateError(ErrorCode.AUDIO_UNREADABLE, f"{found} is a folder; give one audio file.")
    if not found.exists():
        raise LiveTranslateError(ErrorCode.AUDIO_UNREADABLE, f"There is no file {found}; check the path.")
    return found


def format_parameters(audio_format: AudioFormat | None) -> dict[str, ParameterValue]:
    """Request parameters that describe raw PCM; none for a container."""
    if audio_format is None:
        return {}
    return {
        "encoding": audio_format.encoding.value,
        "rate_hz": audio_format.rate_hz,
        "channels": audio_format.channels,
    }


def _too_long(name: str, size_bytes: int) -> LiveTranslateError:
    return LiveTranslateError(
        ErrorCode.AUDIO_TOO_LONG,
        f"{name} has {size_bytes} bytes; one request carries at most {limits.MAX_FILE_BYTES}. Compress it (FLAC, "
        "Opus), split it, or stream it with 'livetranslate stream --pace fast'.",
    )
