"""Windows of 3 to 8 s, cut from clips between words, with the words that were said in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from loadtests.live.clips import RATE_HZ, Clip
from loadtests.window_cost.side import Samples

SHORTEST_S = 2.5


@dataclass(frozen=True)
class Window:
    """A stretch of a clip: its samples (16 kHz mono float32) and what is said in it."""

    name: str
    samples: Samples
    words: str

    @property
    def duration_s(self) -> float:
        """Length, seconds."""
        return self.samples.size / RATE_HZ


def cut(clips: Sequence[Clip], lengths_s: Sequence[float]) -> list[Window]:
    """Each recording cut into windows of at most each length, none of them twice; those below 2.5 s are left out.

    A recording shorter than several lengths is one window: counted for each length, its words would weigh more than
    others.
    """
    windows = {
        window.name: window
        for length_s in lengths_s
        for clip in clips
        for window in _cut(clip, length_s)
        if window.duration_s >= SHORTEST_S and window.words
    }
    return list(windows.values())


def _cut(clip: Clip, length_s: float) -> Iterator[Window]:
    """Cuts half-way between two words, at the last gap that keeps a window within the length."""
    samples = clip.pcm.astype(np.float32) / 32768
    begin_s, words = 0.0, list(clip.times)
    while words:
        inside = [word for word in words if word.end_s <= begin_s + length_s] or words[:1]
        rest = words[len(inside) :]
        end_s = (inside[-1].end_s + rest[0].start_s) / 2 if rest else min(clip.duration_s, begin_s + length_s)
        piece = samples[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)]
        yield Window(f"{clip.name} {begin_s:.1f}-{end_s:.1f} s", piece, " ".join(word.text for word in inside))
        begin_s, words = end_s, rest
