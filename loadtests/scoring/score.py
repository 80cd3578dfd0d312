"""One session's score: right, early, steady, in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loadtests.scoring.alignment import edits, word_pairs
from loadtests.scoring.stability import normalized_erasure, settled_at
from loadtests.scoring.timeline import ReferenceWord, Shown, Timeline
from loadtests.spoken_words import spoken_words

IN_TIME_S = 3.0
"""Text that is committed later than this after the end of the audio was not kept in real time."""

Tokenise = Callable[[str], list[str]]


def spoken(text: str) -> list[str]:
    """Spoken words: no case, no punctuation."""
    return spoken_words(text).split()


@dataclass(frozen=True)
class Score:
    """Delays are in seconds and belong to the words that stand for a reference word, in the reference's order.

    Attributes:
        errors: words substituted, left out and added in the committed text.
        reference_words: words that were said.
        final_words: words of the committed text.
        commit_delays_s: computation-aware: from the word's end being spoken to it being committed, by the wall clock.
        ideal_commit_delays_s: from the word's end to the audio that had been heard when it was committed: what an
            infinitely fast machine would show. Without words whose step does not say what it had heard.
        shown_delays_s: from the word's end being spoken to its first appearance from which on it stayed.
        first_shown_s: from the end of the first word said to any text on the screen; None when nothing was shown.
        first_committed_s: likewise to any committed text.
        committed_erasure: words of the committed stream taken back, by final words.
        displayed_erasure: likewise of all that was displayed.
        displayed_erasure_written: the same on words as written: a changed comma or capital counts too.
        share_in_time: share of the committed words that were committed within 3 s of the end of the audio.
        share_shown_in_time: share of the displayed words that by then stood on the screen to stay.
    """

    errors: int
    reference_words: int
    final_words: int
    commit_delays_s: tuple[float, ...]
    ideal_commit_delays_s: tuple[float, ...]
    shown_delays_s: tuple[float, ...]
    first_shown_s: float | None
    first_committed_s: float | None
    committed_erasure: float
    displayed_erasure: float
    displayed_erasure_written: float
    share_in_time: float
    share_shown_in_time: float

    @property
    def wer(self) -> float:
        """Word error rate of the committed text."""
        return self.errors / max(1, self.reference_words)


def score(timeline: Timeline, reference: Sequence[ReferenceWord], *, tokenise: Tokenise = spoken) -> Score:
    """Scores one session.

    Args:
        timeline: what was shown; the last step's committed text is what counts as the session's text.
        reference: what was said, one spoken word each, in order.
        tokenise: how text becomes comparable words.
    """
    steps = timeline.steps
    committed = [tokenise(step.committed) for step in steps]
    displayed = [tokenise(step.displayed) for step in steps]
    said = [word.text for word in reference]
    final = committed[-1] if committed else []
    settled, shown = settled_at(committed), settled_at(displayed)
    pairs = [(reference[position].end_s, steps[settled[index]]) for position, index in word_pairs(said, final)]
    shown_pairs = word_pairs(said, displayed[-1] if displayed else [])
    return Score(
        errors=edits(said, final),
        reference_words=len(said),
        final_words=len(final),
        commit_delays_s=tuple(step.at_s - end_s for end_s, step in pairs),
        ideal_commit_delays_s=tuple(step.audio_s - end_s for end_s, step in pairs if step.audio_s is not None),
        shown_delays_s=tuple(steps[shown[index]].at_s - reference[place].end_s for place, index in shown_pairs),
        first_shown_s=_first(steps, displayed, reference),
        first_committed_s=_first(steps, committed, reference),
        committed_erasure=normalized_erasure(committed),
        displayed_erasure=normalized_erasure(displayed),
        displayed_erasure_written=normalized_erasure([step.displayed.split() for step in steps]),
        share_in_time=_in_time(timeline, settled),
        share_shown_in_time=_in_time(timeline, shown),
    )


def _in_time(timeline: Timeline, settled: Sequence[int]) -> float:
    last_s = timeline.duration_s + IN_TIME_S
    return sum(timeline.steps[index].at_s <= last_s for index in settled) / len(settled) if settled else 0.0


def _first(steps: Sequence[Shown], states: Sequence[Sequence[str]], reference: Sequence[ReferenceWord]) -> float | None:
    first = next((step for step, words in zip(steps, states, strict=True) if words), None)
    return None if first is None or not reference else first.at_s - reference[0].end_s
