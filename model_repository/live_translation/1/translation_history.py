"""What was said and translated a moment ago: context for the next sentence."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from livetranslate.protocol import SentencePair

MAX_PAIRS = 5
MAX_AGE_S = 30.0
"""What is older is another subject, seconds of session audio."""

PROMPT_PAIRS = 3
"""How many go into a prompt: the newest. More cost time and hardly help."""


@dataclass
class TranslationHistory:
    """The newest sentence pairs of one target language.

    Attributes:
        pairs: oldest first, with the session time at which each was spoken to its end.
    """

    pairs: deque[tuple[float, SentencePair]] = field(default_factory=lambda: deque(maxlen=MAX_PAIRS))

    @classmethod
    def resumed(cls, pairs: Iterable[SentencePair], at_s: float) -> TranslationHistory:
        """The history of a session that is taken up at a session time."""
        history = cls()
        for pair in pairs:
            history.pairs.append((at_s, pair))
        return history

    def add(self, pair: SentencePair, *, spoken_s: float) -> None:
        """Remembers a sentence whose audio ended at a session time."""
        self.pairs.append((spoken_s, pair))

    def for_prompt(self, now_s: float) -> tuple[SentencePair, ...]:
        """The pairs that help with a sentence spoken at a session time, oldest first."""
        fresh = [pair for spoken_s, pair in self.pairs if now_s - spoken_s <= MAX_AGE_S]
        return tuple(fresh[-PROMPT_PAIRS:])

    @property
    def last_source(self) -> str:
        """The newest source sentence; empty at the beginning."""
        return self.pairs[-1][1].source if self.pairs else ""

    @property
    def last_spoken_s(self) -> float:
        """Session time at which the newest sentence was spoken to its end; long ago at the beginning."""
        return self.pairs[-1][0] if self.pairs else float("-inf")
