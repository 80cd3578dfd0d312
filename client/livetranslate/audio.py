"""Audio to stream: a file, standard input or the microphone, cut into even chunks and paced.

speech = open_audio("talk.mp3")
async with client.session(audio=speech.format) as session:
async for event in session.stream(speech.paced()):
...
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt

from livetranslate.audio_input import existing_file
from livetranslate.background import iterate_in_background
from livetranslate.microphone import Microphone
from livetranslate.pacing import Pace, Pacer
from livetranslate.pcm_reader import PcmReader
from livetranslate.protocol import AudioFormat
from livetranslate.standard_input import DescriptorReader

CHUNK_S = 0.1
"""Length of a streamed chunk: short beside every delay of recognition, long beside the cost of a request."""

STANDARD_INPUT = "-"


class AudioSource:
    """PCM that can be streamed once.

    Attributes:
        name: for people.
        format: layout of the chunks; the session must be opened with it.
        duration_s: length when it is known.
        stop: ends a live source (the microphone); None for others.
    """

    def __init__(
        self,
        name: str,
        layout: AudioFormat,
        blocks: Iterable[bytes],
        *,
        duration_s: float | None = None,
        stop: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.format = layout
        self.duration_s = duration_s
        self.stop = stop
        self._blocks = blocks

    def chunks(self) -> Iterator[bytes]:
        """Chunks of 0.1 s (the last may be shorter), as fast as they can be read; blocks while it reads."""
        return even_chunks(self._blocks, self.chunk_bytes)

    async def paced(self, pace: Pace | str = Pace.REALTIME, *, pacer: Pacer | None = None) -> AsyncIterator[bytes]:
        """The chunks for :meth:`livetranslate.session.Session.stream`.

        Args:
            pace: ``realtime``: each chunk when it would have been spoken; ``fast``: as soon as the server takes it.
            pacer: a pacer of your own, whose ``started_at_s`` you want to read.
        """
        chosen = pacer or Pacer(Pace(pace))
        async for chunk in chosen.paced(iterate_in_background(self.chunks()), self.format):
            yield chunk

    @property
    def chunk_bytes(self) -> int:
        """Size of a chunk: whole frames."""
        return max(1, int(CHUNK_S * self.format.rate_hz)) * self.format.frame_bytes


def open_audio(source: str | os.PathLike[str], *, raw: AudioFormat | None = None) -> AudioSource:
    """Opens a file or, for ``-``, standard input.

    Args:
        source: path of any container that ffmpeg reads; or ``-``: a container or raw PCM.
        raw: layout of raw PCM on standard input (s16le, 16 kHz, mono when None), or, given with a file, says that
            the file is raw PCM.

    Raises:
        LiveTranslateError: ``AUDIO_UNREADABLE`` or ``AUDIO_FORMAT_UNSUPPORTED``.
    """
    if os.fspath(source) == STANDARD_INPUT:
        reader = DescriptorReader(0)
        if raw is None and reader.holds_container():
            return _from_reader(PcmReader(reader, name="Standard input"))
        return AudioSource("standard input", raw or AudioFormat(), reader.blocks())
    path = existing_file(source)
    if raw is not None:
        return AudioSource(str(path), raw, _file_blocks(path))
    return _from_reader(PcmReader(str(path), name=str(path)))


def open_microphone(device: str | int | None = None) -> AudioSource:
    """Opens the microphone.

    Raises:
        LiveTranslateError: ``DEVICE_UNAVAILABLE``.
    """
    microphone = Microphone(device)
    return AudioSource("microphone", microphone.format, microphone.blocks(), stop=microphone.stop)


def read_samples(path: str | os.PathLike[str], *, rate_hz: int) -> npt.NDArray[np.float32]:
    """A whole file as mono samples in [-1, 1], shape [samples], at ``rate_hz``: for measuring, not for streaming.

    Raises:
        LiveTranslateError: as :func:`open_audio`.
    """
    file = existing_file(path)
    pcm = b"".join(PcmReader(str(file), name=str(file), rate_hz=rate_hz).blocks())
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768)


def even_chunks(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Cuts and joins blocks of any size to chunks of ``size`` bytes; the last one may be shorter."""
    pending = bytearray()
    for block in blocks:
        pending += block
        while len(pending) >= size:
            yield bytes(pending[:size])
            del pending[:size]
    if pending:
        yield bytes(pending)


def _from_reader(reader: PcmReader) -> AudioSource:
    return AudioSource(reader.name, reader.format, reader.blocks(), duration_s=reader.duration_s)


def _file_blocks(path: os.PathLike[str]) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield from DescriptorReader(descriptor).blocks()
    finally:
        os.close(descriptor)
