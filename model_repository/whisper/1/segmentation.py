"""Where there is speech, and how a long file is cut at its pauses into windows the recogniser takes at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import webrtcvad

from livetranslate.protocol.limits import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

MAX_WINDOW_S = 28.0
"""Whisper hears 30 s; the rest is margin. Audio up to this length is one window, cut by nobody here."""

FRAME_S = 0.03
_FRAME = int(FRAME_S * SAMPLE_RATE_HZ)
_BLOCK_FRAMES = 2_000

_VAD_MODE = 1
"""Permissive: hears speech down to -75 dBFS, and still tells weak noise from it (docs/models.md)."""

_SILENCE_RMS = 10 ** (-80 / 20)
_MIN_SPEECH_FRAMES = 5
"""The detector takes the first three frames of anything for speech while it adapts."""

_PADDING_FRAMES = 10
_MAX_GAP_S = 3.0
_CUT_SEARCH_FROM_S = 14.0
_CUT_SMOOTHING_FRAMES = 7


@dataclass(frozen=True)
class Window:
    """A stretch of the audio, in samples from its beginning."""

    start: int
    end: int

    @property
    def start_s(self) -> float:
        """Start in seconds."""
        return self.start / SAMPLE_RATE_HZ

    @property
    def end_s(self) -> float:
        """End in seconds."""
        return self.end / SAMPLE_RATE_HZ


def has_speech(samples: Samples) -> bool:
    """Whether anything in the audio sounds like speech: at least 150 ms, or half of a clip shorter than 300 ms."""
    flags, _ = _analyse(samples)
    return int(flags.sum()) >= min(_MIN_SPEECH_FRAMES, max(1, flags.size // 2))


def split_at_pauses(samples: Samples) -> list[Window]:
    """Cuts long audio into windows of at most 28 s that hold all its speech.

    Speech is padded by 0.3 s on both sides. Windows end in pauses; where nobody pauses for 28 s, the cut falls on the
    quietest moment of the second half. Stretches without speech longer than 3 s belong to no window.

    Args:
        samples: 16 kHz mono float32, shape [n], of any length.

    Returns:
        Windows in time order that do not overlap; none when nobody speaks.
    """
    flags, energy = _analyse(samples)
    windows: list[Window] = []
    start: int | None = None
    end = 0
    for region_start, region_end in _speech_regions(flags):
        for piece_start, piece_end in _pieces(region_start, region_end, energy):
            if start is not None and (
                (piece_end - start) * FRAME_S > MAX_WINDOW_S or (piece_start - end) * FRAME_S > _MAX_GAP_S
            ):
                windows.append(_window(start, end, samples.size))
                start = None
            start = piece_start if start is None else start
            end = piece_end
    if start is not None:
        windows.append(_window(start, end, samples.size))
    return windows


def _analyse(samples: Samples) -> tuple[Flags, Samples]:
    """Speech flag and RMS of each 30 ms frame; the last, incomplete frame counts as its padding with silence."""
    vad = webrtcvad.Vad(_VAD_MODE)
    count = -(-samples.size // _FRAME)
    flags, energy = np.zeros(count, np.bool_), np.zeros(count, np.float32)
    for first in range(0, count, _BLOCK_FRAMES):
        block = samples[first * _FRAME : (first + _BLOCK_FRAMES) * _FRAME]
        block = np.pad(block, (0, -block.size % _FRAME)).reshape(-1, _FRAME)
        last = first + block.shape[0]
        energy[first:last] = np.sqrt(np.mean(block**2, axis=1))
        pcm = (np.clip(block, -1.0, 1.0) * 32767).astype("<i2")
        for index in np.flatnonzero(energy[first:last] > _SILENCE_RMS):
            flags[first + index] = vad.is_speech(pcm[index].tobytes(), SAMPLE_RATE_HZ)
    return flags, energy


def _speech_regions(flags: Flags) -> list[tuple[int, int]]:
    """Runs of speech frames, padded and joined where the padding meets; runs too short to be speech are dropped."""
    padded = np.convolve(flags, np.ones(2 * _PADDING_FRAMES + 1), mode="same") > 0.5
    edges = np.flatnonzero(np.diff(np.concatenate([[0], padded.astype(np.int8), [0]])))
    regions = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    return [(start, end) for start, end in regions if int(flags[start:end].sum()) >= _MIN_SPEECH_FRAMES]


def _pieces(start: int, end: int, energy: Samples) -> list[tuple[int, int]]:
    """A region cut at its quietest moments into pieces that fit a window."""
    longest, search_from = int(MAX_WINDOW_S / FRAME_S), int(_CUT_SEARCH_FROM_S / FRAME_S)
    smoothing = np.ones(_CUT_SMOOTHING_FRAMES) / _CUT_SMOOTHING_FRAMES
    pieces = []
    while end - start > longest:
        searched = np.convolve(energy[start + search_from : start + longest], smoothing, mode="same")
        margin = _CUT_SMOOTHING_FRAMES // 2  # the smoothed edges are too low: half their frames are missing
        cut = start + search_from + margin + int(np.argmin(searched[margin:-margin]))
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _window(start: int, end: int, size: int) -> Window:
    return Window(start * _FRAME, min(end * _FRAME, size))
