"""What real recordings hold where nobody speaks: the pauses of the readings, and the hall of Kennedy's address."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from loadtests.live.clips import from_file, jfk
from loadtests.non_speech.signals import RATE_HZ, Random, Samples, as_samples, joined

LIBRIVOX = Path(__file__).resolve().parents[2] / "tests" / "data" / "librivox"

_FRAME = 320
_SHORTEST_S = 0.18
_EDGE_S = 0.04
"""Left out on both sides of a pause: the end of a word decays into it."""

JFK_RESTS_S = ((0.02, 0.26), (2.3, 3.2), (4.4, 5.35), (7.65, 8.1), (10.45, 11.0))
"""By its level, frame by frame: the hall between the sentences of ``samples/jfk.wav``."""


def reading_pauses(random: Random, seconds: float) -> Samples:
    """The pauses of the LibriVox readings, in random order."""
    rests = [rest for path in sorted(LIBRIVOX.glob("*.wav")) for rest in _pauses(_load(path))]
    return _looped(rests, random, seconds)


def hall(random: Random, seconds: float) -> Samples:
    """The noise of a large audience outdoors."""
    address = as_samples(jfk().pcm) / np.float32(32768)
    rests = [address[round(start * RATE_HZ) : round(end * RATE_HZ)] for start, end in JFK_RESTS_S]
    return _looped(rests, random, seconds)


def _load(path: Path) -> Samples:
    return as_samples(from_file(path).pcm) / np.float32(32768)


def _pauses(speech: Samples) -> list[Samples]:
    """Stretches at least 25 dB below the loud part of a recording, without their edges."""
    frames = speech[: speech.size - speech.size % _FRAME].reshape(-1, _FRAME)
    level_db = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-12)
    quiet = level_db < np.percentile(level_db, 90) - 25
    edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.int8), [0]))))
    edge = round(_EDGE_S * RATE_HZ)
    spans = [(start * _FRAME + edge, end * _FRAME - edge) for start, end in edges.reshape(-1, 2)]
    return [speech[start:end] for start, end in spans if end - start >= _SHORTEST_S * RATE_HZ]


def _looped(rests: list[Samples], random: Random, seconds: float) -> Samples:
    chosen: list[Samples] = []
    while sum(part.size for part in chosen) < (seconds + 0.03 * len(chosen) + 1) * RATE_HZ:
        chosen.append(rests[int(random.integers(len(rests)))])
    return joined(chosen, fade_s=0.03)[: round(seconds * RATE_HZ)]
