"""Cuts a session's audio into steps of one length, so that what is decoded when depends on the audio alone.

Chunks come in any size and, after a break, in a burst. Every decision of a session (is somebody speaking, is a partial
due) is taken at the end of a step; a session that is taken up again thus decides as it would have without the break,
and hears the same words.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

STEP_S = 0.06
"""Two frames of the speech gate; resumed audio starts at a multiple of it."""

_STEP_SAMPLES = round(STEP_S * SAMPLE_RATE_HZ)


class AudioGrid:
    """Holds back what makes no whole step yet."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(0, np.float32)

    def steps(self, samples: Samples) -> Iterator[Samples]:
        """The whole steps that there are with the next samples; read it to its end."""
        samples = np.concatenate((self._rest, samples))
        whole = samples.size - samples.size % _STEP_SAMPLES
        self._rest = samples[whole:]
        for start in range(0, whole, _STEP_SAMPLES):
            yield samples[start : start + _STEP_SAMPLES]

    def rest(self) -> Samples:
        """What is left at the end of the audio; shorter than a step."""
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        return rest
