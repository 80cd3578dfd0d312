"""The microphone, through the optional package ``sounddevice`` (``pip install 'livetranslate[mic]'``)."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

from livetranslate.protocol import AudioFormat, ErrorCode, LiveTranslateError, limits

_BLOCK_S = 0.1


class Microphone:
    """The default (or a named) input device as mono s16le at 16 kHz.

    Attributes:
        format: layout of the PCM.
    """

    def __init__(self, device: str | int | None = None) -> None:
        self.format = AudioFormat(rate_hz=limits.SAMPLE_RATE_HZ)
        self._blocks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        try:
            import sounddevice  # type: ignore[import-not-found,import-untyped,unused-ignore]
        except ImportError as error:
            raise LiveTranslateError(
                ErrorCode.DEVICE_UNAVAILABLE,
                "The microphone needs the package sounddevice; install it with: pip install 'livetranslate[mic]'.",
            ) from error
        except OSError as error:
            raise LiveTranslateError(
                ErrorCode.DEVICE_UNAVAILABLE,
                f"The microphone needs the PortAudio library ({error}); on Debian: apt install libportaudio2.",
            ) from error
        try:
            self._stream: Any = sounddevice.RawInputStream(
                samplerate=self.format.rate_hz,
                blocksize=int(_BLOCK_S * self.format.rate_hz),
                channels=self.format.channels,
                dtype="int16",
                device=device,
                callback=self._take,
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise LiveTranslateError(
                ErrorCode.DEVICE_UNAVAILABLE,
                f"The microphone cannot be opened ({error}); 'python -m sounddevice' lists the devices.",
            ) from error

    def blocks(self) -> Iterator[bytes]:
        """Audio from now on, until :meth:`stop`."""
        with self._stream:
            while (block := self._blocks.get()) is not None:
                yield block

    def stop(self) -> None:
        """Ends the recording; what was heard is still given."""
        self._blocks.put(None)

    def _take(self, data: Any, _frames: int, _time: Any, _status: Any) -> None:
        self._blocks.put(bytes(data))
