"""When to listen again, and which of the words heard so far may be promised.

A policy is chosen per session by name (option ``policy``). It sees the hypotheses of one utterance in turn and
says what is newly committed (never changes again) and what is still unstable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions, Transcript, Word


@dataclass(frozen=True)
class Hypothesis:
    """One decoding, split by the policy: newly committed words (session time) and the text that may still change."""

    committed: tuple[Word, ...]
    unstable_text: str


class CommitPolicy(Protocol):
    """Decides about one utterance at a time."""

    needs_word_times: bool
    """Whether partial decodings must carry words with times."""

    def is_due(self, *, undecoded_s: float) -> bool:
        """Whether to decode again when so much audio (seconds) came since the last decoding."""
        ...

    def split(self, transcript: Transcript) -> Hypothesis:
        """Splits the newest transcript of the open utterance (word times in session time)."""
        ...

    def reset(self) -> None:
        """A new utterance begins."""
        ...


class RedecodePolicy:
    """Decodes the whole utterance again at every step and promises nothing before its end.

    Simple and honest: the whole context is used each time, and no committed word can be wrong twice, since words
    are committed only when the utterance is final. Its price is compute that grows with the utterance.
    """

    needs_word_times = False

    def __init__(self, options: SessionOptions) -> None:
        self._step_s = options.step_s

    def is_due(self, *, undecoded_s: float) -> bool:
        """Every ``step_s`` seconds of new audio."""
        return undecoded_s >= self._step_s

    def split(self, transcript: Transcript) -> Hypothesis:
        """Everything is unstable."""
        return Hypothesis(committed=(), unstable_text=transcript.text)

    def reset(self) -> None:
        """Nothing to forget."""


POLICIES: dict[str, Callable[[SessionOptions], CommitPolicy]] = {"redecode": RedecodePolicy}


def make_policy(options: SessionOptions) -> CommitPolicy:
    """The policy that a session asked for.

    Raises:
        LiveTranslateError: ``OPTION_INVALID`` with the known names.
    """
    factory = POLICIES.get(options.policy)
    if factory is None:
        raise LiveTranslateError(
            ErrorCode.OPTION_INVALID, f"Option policy is {options.policy[:40]!r}; allowed: {', '.join(POLICIES)}."
        )
    return factory(options)
