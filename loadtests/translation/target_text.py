"""A live session's events of one target language as what a reader saw, piece by piece, and as words with times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from livetranslate.protocol import (
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    TranslationFlag,
    TranslationPartial,
)
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES, join_words
from loadtests.live.driver import Recording
from loadtests.scoring.alignment import common_prefix
from loadtests.scoring.stability import settled_at
from loadtests.translation.latency import TargetWord

_SAME_TIME_S = 0.001


@dataclass(frozen=True)
class TargetState:
    """A piece's translation from one moment on.

    Attributes:
        at_s: wall-clock time, seconds after audio second 0 was spoken.
        heard_s: audio that had been heard when the words that it translates were committed; None when unknown.
        committed: text that stays.
        displayed: all its text.
    """

    at_s: float
    heard_s: float | None
    committed: str
    displayed: str


@dataclass
class Piece:
    """Speech that is translated as one: an utterance or a sentence of it.

    Attributes:
        start_s: its audio's beginning, seconds; None while no event has said it.
        end_s: its audio's end.
        states: in order; the last one's committed text is the translation.
        flags: what its final says of it.
        untranslated: whether its final passes the source text on.
    """

    start_s: float | None = None
    end_s: float | None = None
    states: list[TargetState] = field(default_factory=list)
    flags: tuple[TranslationFlag, ...] = ()
    untranslated: bool = False

    @property
    def text(self) -> str:
        """The translation."""
        return self.states[-1].committed if self.states else ""


@dataclass(frozen=True)
class _Committed:
    """Source words that were committed, and up to where the audio had been heard in which they are."""

    utterance_id: int | None
    up_to_s: float | None
    heard_s: float | None
    is_final: bool = False


def pieces_of(recording: Recording, language: str) -> list[Piece]:
    """The session's pieces in one target language, in the order in which their first text came.

    A final ends its piece; text of the same utterance that follows is another piece.
    """
    pieces: list[Piece] = []
    open_pieces: dict[int | None, Piece] = {}
    commits: list[_Committed] = []
    heard_s: float | None = None
    for at, event in recording.events:
        if not isinstance(event, (TranslationPartial, TranslationFinal)):
            if event.audio_end_s is not None:
                heard_s = max(heard_s or 0.0, event.audio_end_s)
            if isinstance(event, TranscriptFinal):
                commits.append(_Committed(event.utterance_id, event.audio_end_s, heard_s, is_final=True))
            elif isinstance(event, TranscriptPartial) and event.committed_words:
                commits.append(_Committed(event.utterance_id, event.audio_end_s, heard_s))
            continue
        if event.language != language:
            continue
        piece = open_pieces.get(event.utterance_id)
        if piece is None:
            piece = open_pieces[event.utterance_id] = Piece()
            pieces.append(piece)
        piece.start_s = event.audio_start_s if piece.start_s is None else piece.start_s
        piece.end_s = event.audio_end_s if event.audio_end_s is not None else piece.end_s
        committed = event.text if isinstance(event, TranslationFinal) else event.committed_text
        heard_for_it_s = _heard(commits, event.utterance_id, event.audio_end_s)
        piece.states.append(TargetState(at - recording.started_at, heard_for_it_s, committed, event.text))
        if isinstance(event, TranslationFinal):
            piece.flags, piece.untranslated = event.flags, event.untranslated
            del open_pieces[event.utterance_id]
    return pieces


def target_words(pieces: Iterable[Piece], language: str) -> list[TargetWord]:
    """Every word of the translation with its times, in order."""
    found = []
    for piece in pieces:
        states = [units(state.committed, language) for state in piece.states]
        words = states[-1] if states else []
        for number, (word, index) in enumerate(zip(words, settled_at(states), strict=True), start=1):
            state = piece.states[index]
            start_s, end_s = piece.start_s or 0.0, piece.end_s if piece.end_s is not None else state.at_s
            said_s = start_s + (end_s - start_s) * number / len(words)
            found.append(TargetWord(word, state.at_s, state.heard_s, said_s))
    return found


def erasure(pieces: Sequence[Piece], language: str) -> float:
    """Normalized erasure of the displayed text (Arivazhagan et al. 2020): words taken back, by final words.

    A last word that is still being written, and only grows, is not taken back.
    """
    shown = [[units(state.displayed, language) for state in piece.states] for piece in pieces if piece.states]
    final_words = sum(len(states[-1]) for states in shown)
    deleted = sum(_deleted(before, after) for states in shown for before, after in pairwise(states))
    return deleted / final_words if final_words else 0.0


def whole_text(pieces: Iterable[Piece], language: str) -> str:
    """The translation of the session."""
    return join_words((piece.text for piece in pieces), language)


def units(text: str, language: str) -> list[str]:
    """Words; characters in languages that write no spaces."""
    return list("".join(text.split())) if language in UNSPACED_LANGUAGES else text.split()


def _deleted(before: Sequence[str], after: Sequence[str]) -> int:
    kept = common_prefix(before, after)
    has_grown = kept == len(before) - 1 and len(after) > kept and after[kept].startswith(before[kept])
    return 0 if has_grown else len(before) - kept


def _heard(commits: Sequence[_Committed], utterance_id: int | None, end_s: float | None) -> float | None:
    """What had been heard when the words were committed that a translation of the audio up to ``end_s`` translates."""
    own = [commit for commit in commits if commit.utterance_id == utterance_id]
    for commit in own:
        reaches = end_s is not None and commit.up_to_s is not None and commit.up_to_s >= end_s - _SAME_TIME_S
        if commit.is_final or reaches:
            return commit.heard_s
    return own[-1].heard_s if own else None
