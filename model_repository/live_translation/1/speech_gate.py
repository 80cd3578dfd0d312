"""Voice activity with hysteresis: when does somebody start to speak, and when have they paused?

webrtcvad judges 30 ms frames one by one and flickers; the gate opens only on a dense run of voiced frames and
closes only after a pause, so that short noises open nothing and short gaps between words close nothing. In noisy
recordings webrtcvad calls the noise between two sentences voiced, so a frame must also stand out of the noise floor
(minimum statistics: a low percentile of the level of the last seconds; after Martin 2001, "Noise power spectral
density estimation based on optimal smoothing and minimum statistics").
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

import numpy as np
import webrtcvad

from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

FRAME_SAMPLES = 480
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ


class Edge(str, Enum):
    """A change of state."""

    SPEECH_STARTED = "speech_started"
    SPEECH_ENDED = "speech_ended"


SHORT_UTTERANCE_S = 1.5
SHORT_UTTERANCE_PATIENCE = 2.0
"""An utterance this short waits longer for its end: a word or two between pauses ("ask not …") is seldom a whole
thought, and reads and translates badly alone."""

FLOOR_WINDOW_S = 12.0
FLOOR_PERCENTILE = 8.0
FLOOR_MARGIN_DB = 6.0
MAX_FLOOR_DBFS = -30.0
"""The floor is never believed to be louder than this: a speaker who makes no pause is no noise."""


class NoiseFloor:
    """Level of the background, dBFS, from the quietest frames of the last seconds."""

    def __init__(self) -> None:
        self._levels_db: deque[float] = deque(maxlen=round(FLOOR_WINDOW_S / FRAME_S))
        self._frames = 0
        self._floor_db = -np.inf

    def stands_out(self, frame: Samples) -> bool:
        """Whether a frame is clearly louder than the background; takes the frame into account."""
        level_db = 10.0 * float(np.log10(np.mean(np.square(frame)) + 1e-12))
        self._levels_db.append(level_db)
        self._frames += 1
        if self._frames % 8 == 0:  # the floor moves slowly, and a percentile a frame would be dear
            self._floor_db = min(float(np.percentile(self._levels_db, FLOOR_PERCENTILE)), MAX_FLOOR_DBFS)
        return level_db > self._floor_db + FLOOR_MARGIN_DB


@dataclass(frozen=True)
class Transition:
    """What changed, and at which second of the session's audio the speech began or ended."""

    edge: Edge
    at_s: float


class SpeechGate:
    """Finds speech in a stream of 16 kHz samples.

    Args:
        vad_mode: webrtcvad aggressiveness, 0 to 3.
        pause_s: silence that ends speech (twice as long for speech under 1.5 s).
        onset_frames: frames looked at to open; onset_voiced of them must be voiced.
        onset_voiced: see onset_frames.
        sustain_frames: voiced frames in a row that count as going on speaking.
    """

    def __init__(
        self,
        *,
        vad_mode: int,
        pause_s: float,
        onset_frames: int = 8,
        onset_voiced: int = 5,
        sustain_frames: int = 2,
    ) -> None:
        self._vad = webrtcvad.Vad(vad_mode)
        self._floor = NoiseFloor()
        self._pause_s = pause_s
        self._onset: deque[bool] = deque(maxlen=onset_frames)
        self._onset_voiced = onset_voiced
        self._sustain_frames = sustain_frames
        self._voiced_run = 0
        self._rest = np.zeros(0, np.float32)
        self._frames = 0
        self.is_open = False
        self._started_s = 0.0
        self.last_speech_s = 0.0
        """End of the last speech heard, seconds of session audio."""
        self.speech_s = 0.0
        """Total length of the voiced frames so far, seconds."""

    @property
    def heard_s(self) -> float:
        """How much audio has been judged, seconds."""
        return self._frames * FRAME_S

    @property
    def silence_s(self) -> float:
        """Silence since the last speech, seconds; 0 while somebody speaks."""
        return max(0.0, self.heard_s - self.last_speech_s)

    def feed(self, samples: Samples) -> list[Transition]:
        """Judges the next samples (FP32 [n], 16 kHz); returns what changed, in order."""
        samples = np.concatenate((self._rest, samples))
        whole = len(samples) - len(samples) % FRAME_SAMPLES
        self._rest = samples[whole:]
        pcm = (np.clip(samples[:whole], -1.0, 1.0) * 32767).astype("<i2")
        transitions = []
        for start in range(0, whole, FRAME_SAMPLES):
            frame = slice(start, start + FRAME_SAMPLES)
            loud = self._floor.stands_out(samples[frame])
            voiced = self._vad.is_speech(pcm[frame].tobytes(), SAMPLE_RATE_HZ)
            transition = self._step(voiced=voiced and loud)
            if transition:
                transitions.append(transition)
        return transitions

    def _step(self, *, voiced: bool) -> Transition | None:
        self._frames += 1
        self._voiced_run = self._voiced_run + 1 if voiced else 0
        self.speech_s += FRAME_S * voiced
        if self.is_open:
            if self._voiced_run >= self._sustain_frames:
                self.last_speech_s = self.heard_s
            elif self.silence_s >= self._required_pause_s() - 1e-6:
                self.is_open = False
                self._onset.clear()
                return Transition(Edge.SPEECH_ENDED, self.last_speech_s)
            return None
        self._onset.append(voiced)
        if sum(self._onset) < self._onset_voiced:
            return None
        started_s = self.heard_s - FRAME_S * (len(self._onset) - self._onset.index(True))
        self.is_open = True
        self._started_s = started_s
        self.last_speech_s = self.heard_s
        return Transition(Edge.SPEECH_STARTED, started_s)

    def _required_pause_s(self) -> float:
        is_short = self.last_speech_s - self._started_s < SHORT_UTTERANCE_S
        return self._pause_s * (SHORT_UTTERANCE_PATIENCE if is_short else 1.0)
