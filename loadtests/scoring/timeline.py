"""What a viewer of captions saw, moment by moment, and what was really said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReferenceWord:
    """One word that was said.

    Attributes:
        text: a single spoken word, normalised.
        start_s: audio time at which it begins, seconds.
        end_s: audio time at which it ends.
    """

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Shown:
    """All captions of a session as they stand from one moment on.

    Attributes:
        at_s: wall-clock time, seconds after audio second 0 was spoken.
        audio_s: audio that the system had heard for it, seconds; None when it does not say.
        committed: text that is promised to stay, from the session's beginning.
        displayed: all text on the screen from the session's beginning: the committed and what may still change.
    """

    at_s: float
    audio_s: float | None
    committed: str
    displayed: str


@dataclass(frozen=True)
class Timeline:
    """A session: the audio's length in seconds (without silence added behind it), and its changes in order."""

    duration_s: float
    steps: tuple[Shown, ...]
