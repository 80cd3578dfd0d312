"""Where a session begins (at its start, or where a broken one stood), and how the next server may take it up.

A resumed session hears again the last seconds before the point where it goes on: the speech gate then knows the noise
and the voices as it did before the break, whatever it is made of, and finds the same utterances.
"""

from __future__ import annotations

from typing import Any

import msgspec
from resume_token import ResumePoint, ResumeTokens
from speech_gate import SpeechGate

from livetranslate.protocol import ErrorCode, LiveTranslateError, ResumeRequest, Word
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

REHEAR_S = 15.0
"""Audio heard again. The noise floor looks back 12 s, the voice detector 14.4 s (see voice_detectors.FreshVad)."""

GRID_S = 0.48
"""Resumed audio starts at a multiple of this: whole frames of the gate (30 ms) and whole steps of silero (32 ms), and
whole samples at every usual rate."""

SILENCE_S = 10.0
"""In silence, a new token comes this often, so that the audio which a caller keeps stays bounded."""


class Resumption:
    """One session's beginning and its newest resume point.

    Args:
        session_id: the sequence's id; a resumed session keeps the id it had first.
        request: what the caller says about the broken session; None for a new one.
        tokens: reads and signs tokens.

    Raises:
        LiveTranslateError: the token or the numbers are refused.
    """

    def __init__(self, session_id: str, request: ResumeRequest | None, tokens: ResumeTokens) -> None:
        self._tokens = tokens
        self.request = request
        self.start = ResumePoint(session_id=session_id) if request is None else tokens.read(request.token)
        self._point = self.start
        self._committed = () if request is None else request.committed_words
        self._is_rehearing = self.start.gate.heard_s > self.start.resume_from_s
        if request is not None and request.last_seq < self.start.seq - 1:
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID,
                f"Option resume.last_seq is {request.last_seq}, older than the token's event {self.start.seq}; it is "
                "the number of the newest event received.",
            )

    @property
    def first_seq(self) -> int:
        """Number of the first event."""
        return 0 if self.request is None else self.request.last_seq + 1

    @property
    def is_rehearing(self) -> bool:
        """Whether the session still hears what it heard before the break."""
        return self._is_rehearing

    def is_due(self, audio_s: float) -> bool:
        """Whether so much audio came since the last token that silence needs one of its own."""
        return audio_s - self._point.audio_s >= SILENCE_S

    def is_catching_up(self, audio_s: float) -> bool:
        """Whether the audio up to here had been spoken when the session was taken up: it comes in a burst."""
        return self.request is not None and audio_s < self.request.audio_end_s

    def rehear(self, samples: Samples, gate: SpeechGate) -> Samples:
        """Lets the gate hear what it knows already; returns the samples that are new.

        What the gate finds meanwhile is old news. In the end it is put into the state that it had.
        """
        if not self._is_rehearing:
            return samples
        missing = round((self.start.gate.heard_s - gate.heard_s) * SAMPLE_RATE_HZ) - gate.waiting_samples
        for _ in gate.feed(samples[:missing]):
            pass
        if samples.size < missing:
            return samples[:0]
        gate.restore(self.start.gate)
        self._is_rehearing = False
        return samples[missing:]

    def take_committed(self) -> tuple[Word, ...]:
        """The words that the caller was promised of the utterance that was open at the break; none the second time."""
        committed, self._committed = self._committed, ()
        return committed

    def fields(self) -> dict[str, Any]:
        """The newest point as an event's fields."""
        return {"resume_token": self._tokens.sign(self._point), "resume_from_s": self._point.resume_from_s}

    def advance(self, gate: SpeechGate, audio_s: float, **changes: Any) -> dict[str, Any]:
        """Everything before ``audio_s`` is final; returns the fields for the event that says so.

        Args:
            gate: the speech gate, as it stands.
            audio_s: seconds of session audio.
            changes: further fields of the resume point.
        """
        state = gate.state()
        back_s = max(0.0, min(audio_s, state.heard_s) - REHEAR_S)
        resume_from_s = round(back_s // GRID_S * GRID_S, 3)
        self._point = msgspec.structs.replace(
            self._point, audio_s=audio_s, gate=state, resume_from_s=resume_from_s, **changes
        )
        return self.fields()
