"""One stretch of speech while it is heard: the words committed, those that may change, and the window still decoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from livetranslate.protocol import AUTO, WindowText, WindowWord, Word

RETRY_AFTER_S = 1.0
"""After a failed decoding, audio that must come before the next one, seconds."""


@dataclass(frozen=True)
class HeardWord:
    """A word of the newest hypothesis, in session time; see :class:`livetranslate.protocol.WindowWord`."""

    text: str
    start_s: float
    end_s: float
    attended_s: float
    confidence: float

    @classmethod
    def of(cls, word: WindowWord, offset_s: float, earliest_s: float) -> HeardWord:
        """The word of a window that starts at ``offset_s``; it may not begin before ``earliest_s``."""
        start_s = max(word.start_s + offset_s, earliest_s)
        return cls(word.text, start_s, max(word.end_s + offset_s, start_s), word.attended_s + offset_s, word.confidence)

    @property
    def word(self) -> Word:
        """As it is told."""
        return Word(self.text, round(self.start_s, 3), round(self.end_s, 3), self.confidence)


@dataclass
class Utterance:
    """An open utterance.

    Attributes:
        utterance_id: its number in the session, from 0.
        start_s: session time of its first sample (a little before the speech).
        window_s: session time from which it is still decoded; what lies before is committed.
        decoded_s: session time up to which it was decoded; ``start_s`` before the first decoding.
        committed: its committed words.
        pending: the other words of the newest decoding.
        language: the language of the newest decoding, ``auto`` before.
        promised: committed words that were told before a break; the same audio gives them again, and they stay as told.
        told: its words that were told as committed, as they were told.
        followed: how many of them the translation desk has seen.
        shown: whether anything about it was sent: then its end is sent too.
        failed: whether the newest decoding failed.
    """

    utterance_id: int
    start_s: float
    window_s: float = 0.0
    decoded_s: float = 0.0
    committed: list[Word] = field(default_factory=list)
    pending: list[HeardWord] = field(default_factory=list)
    language: str = AUTO
    promised: tuple[Word, ...] = ()
    told: tuple[Word, ...] = ()
    followed: int = 0
    shown: bool = False
    failed: bool = False
    _trimmed: int = 0

    def __post_init__(self) -> None:
        self.decoded_s = max(self.decoded_s, self.start_s)
        self.window_s = max(self.window_s, self.start_s)

    @property
    def in_window(self) -> Sequence[Word]:
        """The committed words that the window still holds: they are forced."""
        return self.committed[self._trimmed :]

    @property
    def before_window(self) -> Sequence[Word]:
        """The committed words before the window: they prime the decoder."""
        return self.committed[: self._trimmed]

    def take_news(self) -> bool:
        """Whether more words were told than when this was last asked."""
        is_news = len(self.told) > self.followed
        self.followed = len(self.told)
        return is_news

    def place(self, end_s: float) -> dict[str, Any]:
        """The fields by which an event says what it is about: this utterance, up to session time ``end_s``."""
        return {
            "utterance_id": self.utterance_id,
            "audio_start_s": round(self.start_s, 3),
            "audio_end_s": round(end_s, 3),
        }

    def hear(self, text: WindowText, end_s: float) -> None:
        """Takes the newest decoding of the window, up to session time ``end_s``."""
        earliest_s = self.committed[-1].end_s if self.committed else self.start_s
        self.pending = [HeardWord.of(word, self.window_s, earliest_s) for word in text.words]
        self.decoded_s = end_s
        self.language = text.language
        self.failed = False

    def commit(self, count: int) -> tuple[Word, ...]:
        """Commits the first ``count`` pending words and returns them, as promised where they were."""
        words = tuple(
            self.promised[index] if index < len(self.promised) else heard.word
            for index, heard in enumerate(self.pending[:count], start=len(self.committed))
        )
        self.committed += words
        self.pending = self.pending[count:]
        return words

    def commit_all(self) -> None:
        """Commits every pending word, and before them whatever was promised and not heard again."""
        missing = self.promised[len(self.committed) :]
        self.committed += missing
        self.pending = self.pending[len(missing) :]
        self.commit(len(self.pending))

    @property
    def keeps_promises(self) -> bool:
        """Whether all that was promised is committed again."""
        return len(self.committed) >= len(self.promised)

    def trim(self, count: int, window_s: float) -> None:
        """Moves the window's start behind ``count`` more committed words."""
        self._trimmed += count
        self.window_s = window_s

    def has_heard(self, time_s: float) -> bool:
        """Whether the newest decoding covers the audio up to a session time."""
        return self.decoded_s >= time_s and self.decoded_s > self.start_s and not self.failed

    def is_given_up(self, end_s: float) -> bool:
        """Whether the last decoding failed and little was heard since: the final will try again."""
        return self.failed and end_s - self.decoded_s < RETRY_AFTER_S
