"""What the desk is told of an utterance, and where it waits until its translator has time."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class HeardText:
    """An utterance's committed text so far, or all of it.

    Attributes:
        utterance_id: the utterance.
        text: from its beginning.
        language: spoken language.
        audio_start_s: where its audio begins, seconds of session audio.
        audio_end_s: up to where it was heard.
        is_final: whether nothing follows.
        promised: target language -> translated text that its caller was promised before a break.
    """

    utterance_id: int
    text: str
    language: str
    audio_start_s: float
    audio_end_s: float
    is_final: bool = True
    promised: dict[str, str] = field(default_factory=dict)

    def with_promises(self, promised: dict[str, str]) -> HeardText:
        """The same text with what was promised of its translations."""
        return replace(self, promised=promised)

    @property
    def place(self) -> dict[str, Any]:
        """What events about it say of it."""
        return {
            "utterance_id": self.utterance_id,
            "audio_start_s": self.audio_start_s,
            "audio_end_s": self.audio_end_s,
        }


class TextMailbox:
    """Finals wait in line and none is dropped; of the open utterance only the newest text waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._finals: deque[HeardText] = deque()
        self._newest: HeardText | None = None
        self._is_closed = False

    def put(self, heard: HeardText) -> None:
        """Leaves a text."""
        with self._changed:
            if heard.is_final:
                self._finals.append(heard)
                self._newest = None
            else:
                self._newest = heard
            self._changed.notify()

    def close(self) -> None:
        """Nothing more comes."""
        with self._changed:
            self._is_closed = True
            self._newest = None
            self._changed.notify()

    def take(self) -> HeardText | None:
        """Waits for the next text, finals first; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._finals or self._newest or self._is_closed)
            if self._finals:
                return self._finals.popleft()
            newest, self._newest = self._newest, None
            return newest

    @property
    def waiting_finals(self) -> int:
        """How many finals wait."""
        return len(self._finals)
