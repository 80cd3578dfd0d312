"""Which of the words heard so far may be promised.

A policy is chosen per session by name (option ``policy``). It sees the hypotheses of one utterance in turn and says
how many of the words that are not committed yet are committed now. A committed word never changes: it becomes the
decoder's forced prefix. At an utterance's end all its words are committed, whatever the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from utterance import HeardWord

from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions

_MARKS = ".,!?;:…。，、！？；：\"'“”‘’()«»¿¡「」『』-–—"


class CommitPolicy(Protocol):
    """Decides about one utterance at a time."""

    def commit_count(self, pending: Sequence[HeardWord], *, heard_s: float) -> int:
        """How many of the pending words are certain.

        Args:
            pending: words of the newest hypothesis behind the committed ones, session time.
            heard_s: session time up to which the hypothesis heard.
        """
        ...

    def reset(self) -> None:
        """A new utterance begins."""
        ...


class AtTheEnd:
    """Promises nothing before the utterance's end: every word is judged with all the context there is.

    The most accurate and the latest, and its windows grow with the utterance.
    """

    def commit_count(self, pending: Sequence[HeardWord], *, heard_s: float) -> int:  # noqa: ARG002
        """None."""
        return 0

    def reset(self) -> None:
        """Nothing to forget."""


class LocalAgreement:
    """Commits what two hypotheses in a row agree on (LocalAgreement-2; Liu et al. 2020, Macháček et al. 2023)."""

    def __init__(self) -> None:
        self._previous: list[str] = []

    def commit_count(self, pending: Sequence[HeardWord], *, heard_s: float) -> int:  # noqa: ARG002
        """The longest common beginning of this hypothesis and the last one."""
        words = [comparable(word.text) for word in pending]
        count = common_prefix(self._previous, words)
        self._previous = words[count:]
        return count

    def reset(self) -> None:
        """Forgets the last hypothesis."""
        self._previous = []


class AlignAtt:
    """Commits a word when the decoder listened well before the end of the audio for it (AlignAtt; Papi et al. 2023).

    A word is complete when its attention lies at least ``hold_s`` before the end. The less probable a word is, the
    longer it waits for what follows to set it right, unless two hypotheses agree on it. A word is committed only when
    another follows it: the next hypothesis could still go on with it.

    Args:
        hold_s: how far before the end a word must be heard, seconds.
        sure: a word at least this probable waits no longer than that.
        patience: how many times ``hold_s`` an impossible word would wait in addition.
        guess: a word less probable than this waits even where hypotheses agree: a mishearing may be stable.
    """

    def __init__(self, *, hold_s: float = 0.5, sure: float = 0.7, patience: float = 5.0, guess: float = 0.35) -> None:
        self._hold_s = hold_s
        self._sure = sure
        self._patience = patience
        self._guess = guess
        self._previous: list[str] = []

    def commit_count(self, pending: Sequence[HeardWord], *, heard_s: float) -> int:
        """The complete words at the beginning."""
        words = [comparable(word.text) for word in pending]
        agreed = common_prefix(self._previous, words)
        count = 0
        for index, word in enumerate(pending[:-1]):
            is_agreed = index < agreed and word.confidence >= self._guess
            if heard_s - max(word.end_s, word.attended_s) < self._needed_s(word.confidence, is_agreed=is_agreed):
                break
            count += 1
        self._previous = words[count:]
        return count

    def reset(self) -> None:
        """Forgets the last hypothesis."""
        self._previous = []

    def _needed_s(self, confidence: float, *, is_agreed: bool) -> float:
        if is_agreed or confidence >= self._sure:
            return self._hold_s
        return self._hold_s * (1.0 + self._patience * (1.0 - confidence / self._sure))


def comparable(text: str) -> str:
    """A word without the punctuation and the capitals that hypotheses differ in."""
    return text.strip(_MARKS).casefold()


def common_prefix(first: Sequence[str], second: Sequence[str]) -> int:
    """How many words two hypotheses share from the beginning."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


POLICIES: dict[str, Callable[[], CommitPolicy]] = {
    "alignatt": AlignAtt,
    "local_agreement": LocalAgreement,
    "at_the_end": AtTheEnd,
}


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
    return factory()
