"""Which 30 ms frames hold a voice: the two detectors that a session may choose from.

``webrtc`` is webrtcvad, a noise floor, and the voice's pitch (:mod:`voice_evidence`); ``silero`` is a small neural
network (:mod:`silero_vad_model`).
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, Protocol

import numpy as np
import webrtcvad
from silero_vad_model import SileroStream
from voice_evidence import FRAME_SAMPLES, VoiceEvidence

from livetranslate.protocol import VoiceActivity
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ

FLOOR_WINDOW_S = 12.0
FLOOR_PERCENTILE = 8.0
FLOOR_MARGIN_DB = 6.0
MAX_FLOOR_DBFS = -30.0
"""The floor is never believed to be louder than this: a speaker who makes no pause is no noise."""

TURN_FRAMES = 320
WARM_UP_FRAMES = 160

SPEECH_PROBABILITY = (0.35, 0.5, 0.5, 0.65)
"""What silero must be sure of, by ``vad_mode``. 0.5 is its authors' own threshold."""


class Judgement(NamedTuple):
    """What a frame holds.

    Attributes:
        is_voiced: speech, as far as the frame shows.
        is_certain: speech beyond doubt: without such a frame now and then nothing counts as speech.
    """

    is_voiced: bool
    is_certain: bool


class VoiceDetector(Protocol):
    """Judges a stream frame by frame; remembers what it needs."""

    def judge(self, frame: Samples) -> Judgement:
        """Judges the next frame, FP32 [480] at 16 kHz."""
        ...


def make_detector(kind: VoiceActivity, vad_mode: int, *, first_frame: int = 0) -> VoiceDetector:
    """The detector of that name.

    Args:
        kind: which one.
        vad_mode: strictness, 0 to 3.
        first_frame: the session's number of the first frame it judges.

    Raises:
        LiveTranslateError: ``MODEL_UNAVAILABLE``: silero's weights are not installed.
    """
    return SileroDetector(vad_mode) if kind is VoiceActivity.SILERO else WebrtcDetector(vad_mode, first_frame)


class WebrtcDetector:
    """webrtcvad, for frames that stand out of the noise; certain where the voice has a pitch."""

    def __init__(self, vad_mode: int, first_frame: int = 0) -> None:
        self._vad = FreshVad(vad_mode, first_frame)
        self._floor = NoiseFloor()
        self._voice = VoiceEvidence()

    def judge(self, frame: Samples) -> Judgement:
        """Judges the next frame."""
        loud = self._floor.stands_out(frame)
        pcm = (np.clip(frame, -1.0, 1.0) * 32767).astype("<i2").tobytes()
        pitched = self._voice.is_voice(frame)
        voiced = self._vad.is_speech(pcm) and loud
        return Judgement(voiced, voiced and pitched)


class FreshVad:
    """webrtcvad that remembers the last seconds only.

    Its own model of noise and speech adapts for ever: what it says now depends on everything since it began, and a
    session that is taken up again would hear other utterances. Here one begins every 9.6 s of the session and takes
    over 4.8 s later, so that 14.4 s of audio tell all of its state.
    """

    def __init__(self, vad_mode: int, first_frame: int) -> None:
        self._mode = vad_mode
        self._frame = first_frame
        self._vad = self._next = webrtcvad.Vad(vad_mode)

    def is_speech(self, pcm: bytes) -> bool:
        """Judges the next 30 ms, 16-bit PCM at 16 kHz."""
        if self._frame % TURN_FRAMES == 0:
            self._vad = self._next
        elif self._frame % TURN_FRAMES == TURN_FRAMES - WARM_UP_FRAMES:
            self._next = webrtcvad.Vad(self._mode)
        self._frame += 1
        if self._next is not self._vad:
            self._next.is_speech(pcm, SAMPLE_RATE_HZ)
        return bool(self._vad.is_speech(pcm, SAMPLE_RATE_HZ))


class SileroDetector:
    """The neural network; what it hears is certain."""

    def __init__(self, vad_mode: int) -> None:
        self._stream = SileroStream()
        self._threshold = SPEECH_PROBABILITY[vad_mode]

    def judge(self, frame: Samples) -> Judgement:
        """Judges the next frame."""
        is_voiced = self._stream.probability(frame) >= self._threshold
        return Judgement(is_voiced, is_voiced)


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
