"""Voice activity with hysteresis: when does somebody start to speak, and when have they paused?

A detector (voice_detectors.py) judges 30 ms frames one by one and flickers; the gate opens only on a dense run of
voiced frames, some of them certain, and closes only after a pause, so that short noises open nothing and short gaps
between words close nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import msgspec
import numpy as np
from voice_detectors import FRAME_S, VoiceDetector, make_detector
from voice_evidence import FRAME_SAMPLES

from livetranslate.protocol import VoiceActivity
from livetranslate.protocol.pcm import Samples


class Edge(str, Enum):
    """A change of state."""

    SPEECH_STARTED = "speech_started"
    SPEECH_ENDED = "speech_ended"


SHORT_UTTERANCE_S = 1.5
SHORT_UTTERANCE_PATIENCE = 2.0
"""An utterance this short waits longer for its end: a word or two between pauses ("ask not …") is seldom a whole
thought, and reads and translates badly alone."""

EVIDENCE_FRAMES = 14
EVIDENCE_VOICED = 3
"""To open, so many of the last frames must be certain. Some words begin with 0.2 s of hiss."""

MAX_BACKDATING_S = 0.75
"""How far before the moment it opens speech may have begun: keep that much audio. In noise the first sounds seem
voiced, but are not certain yet."""

EVIDENCE_LASTS_S = 1.2
"""How long speech may go on without a certain frame: longer than any run of unvoiced sounds, shorter than a sigh."""


@dataclass(frozen=True)
class Transition:
    """What changed, and at which second of the session's audio the speech began or ended."""

    edge: Edge
    at_s: float


class GateState(msgspec.Struct, frozen=True):
    """The outcome of what a gate has heard, seconds of session audio.

    Attributes:
        heard_s: audio judged so far.
        is_open: whether somebody speaks.
        started_s: when that speech began.
        last_speech_s: when speech was last heard.
        speech_s: length of the voiced audio so far.
    """

    heard_s: float = 0.0
    is_open: bool = False
    started_s: float = 0.0
    last_speech_s: float = 0.0
    speech_s: float = 0.0


class SpeechGate:
    """Finds speech in a stream of 16 kHz samples.

    Args:
        vad_mode: strictness of the detector, 0 to 3.
        vad: which detector.
        pause_s: silence that ends speech (twice as long for speech under 1.5 s).
        onset_frames: frames looked at to open; onset_voiced of them must be voiced.
        onset_voiced: see onset_frames.
        sustain_frames: voiced frames in a row that count as going on speaking.
        start_s: session time of the first sample, a whole number of frames.
    """

    def __init__(
        self,
        *,
        vad_mode: int,
        pause_s: float,
        vad: VoiceActivity = VoiceActivity.WEBRTC,
        onset_frames: int = 8,
        onset_voiced: int = 5,
        sustain_frames: int = 2,
        start_s: float = 0.0,
    ) -> None:
        self._detector: VoiceDetector = make_detector(vad, vad_mode, first_frame=round(start_s / FRAME_S))
        self._evidence: deque[bool] = deque(maxlen=EVIDENCE_FRAMES)
        self._last_evidence_s = start_s
        self._candidate_s: float | None = None
        self._pause_s = pause_s
        self._onset: deque[bool] = deque(maxlen=onset_frames)
        self._onset_voiced = onset_voiced
        self._sustain_frames = sustain_frames
        self._voiced_run = 0
        self._rest = np.zeros(0, np.float32)
        self._frames = round(start_s / FRAME_S)
        self.is_open = False
        self._started_s = 0.0
        self.last_speech_s = start_s
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

    @property
    def waiting_samples(self) -> int:
        """Samples that make no whole frame yet."""
        return len(self._rest)

    def state(self) -> GateState:
        """What a gate that hears the rest of the audio must know."""
        return GateState(self.heard_s, self.is_open, self._started_s, self.last_speech_s, self.speech_s)

    def restore(self, state: GateState) -> None:
        """Puts a gate that has heard the last seconds before a state, and no more, into that state."""
        self.is_open = state.is_open
        if self.is_open:
            self._candidate_s = None
        self._started_s = state.started_s
        self.last_speech_s = state.last_speech_s
        self.speech_s = state.speech_s

    def feed(self, samples: Samples) -> Iterator[Transition]:
        """Judges the next samples (FP32 [n], 16 kHz); yields what changes, as it changes: read it to its end."""
        samples = np.concatenate((self._rest, samples))
        whole = len(samples) - len(samples) % FRAME_SAMPLES
        self._rest = samples[whole:]
        for start in range(0, whole, FRAME_SAMPLES):
            voiced, certain = self._detector.judge(samples[start : start + FRAME_SAMPLES])
            transition = self._step(voiced=voiced, certain=certain)
            if transition:
                yield transition

    def _step(self, *, voiced: bool, certain: bool) -> Transition | None:
        self._frames += 1
        self._evidence.append(certain)
        if certain:
            self._last_evidence_s = self.heard_s
        self._voiced_run = self._voiced_run + 1 if voiced else 0
        self.speech_s += FRAME_S * voiced
        if self.is_open:
            has_voice = self.heard_s - self._last_evidence_s < EVIDENCE_LASTS_S
            if self._voiced_run >= self._sustain_frames and has_voice:
                self.last_speech_s = self.heard_s
            elif self.silence_s >= self._required_pause_s() - 1e-6:
                self.is_open = False
                self._onset.clear()
                self._candidate_s = None
                return Transition(Edge.SPEECH_ENDED, self.last_speech_s)
            return None
        self._onset.append(voiced)
        if sum(self._onset) < self._onset_voiced:
            self._candidate_s = None
            return None
        if self._candidate_s is None:
            self._candidate_s = self.heard_s - FRAME_S * (len(self._onset) - self._onset.index(True))
        if sum(self._evidence) < EVIDENCE_VOICED:
            return None
        started_s = max(self._candidate_s, self.heard_s - MAX_BACKDATING_S)
        self._candidate_s = None
        self.is_open = True
        self._started_s = started_s
        self.last_speech_s = self.heard_s
        return Transition(Edge.SPEECH_STARTED, started_s)

    def _required_pause_s(self) -> float:
        is_short = self.last_speech_s - self._started_s < SHORT_UTTERANCE_S
        return self._pause_s * (SHORT_UTTERANCE_PATIENCE if is_short else 1.0)
