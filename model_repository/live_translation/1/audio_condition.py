"""How loud and how clean an utterance's audio is: the first things that change when a microphone or a room does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

FRAME_S = 0.02
LOUD_PERCENTILE, QUIET_PERCENTILE = 95.0, 10.0
"""Of the frames' energies: those of speech, and those between words. NIST's STNR measures between the same two."""

FLOOR_DBFS = -100.0
"""Digital silence; also keeps the logarithm finite."""

SHORTEST_S = 0.4
"""Less has no frames between words, and so no measurable noise."""


@dataclass(frozen=True)
class AudioCondition:
    """An utterance's audio in two numbers.

    Attributes:
        level_dbfs: level of its loud frames, dB below full scale (a full-scale square wave has 0).
        snr_db: how far they stand above its quiet ones, dB.
    """

    level_dbfs: float
    snr_db: float


def measure(audio: Samples) -> AudioCondition | None:
    """Measures FP32 [n] at 16 kHz; None when there is too little of it."""
    if audio.size < SHORTEST_S * SAMPLE_RATE_HZ:
        return None
    size = round(FRAME_S * SAMPLE_RATE_HZ)
    frames = audio[: audio.size - audio.size % size].reshape(-1, size).astype(np.float64)
    energies_db = 10.0 * np.log10(np.mean(frames**2, axis=1) + 10.0 ** (FLOOR_DBFS / 10.0))
    loud, quiet = np.percentile(energies_db, (LOUD_PERCENTILE, QUIET_PERCENTILE))
    return AudioCondition(level_dbfs=float(loud), snr_db=float(loud - quiet))
