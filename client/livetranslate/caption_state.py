"""What a viewer of captions should see now: events folded into utterances, without any rendering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from livetranslate.protocol import (
    Done,
    Error,
    Event,
    SpeakerUpdate,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    TranslationPartial,
    Warning_,
    Word,
)
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES

MAX_WAITING = 4
"""Utterances that may wait for a translation; an older one counts as finished, so that the view cannot grow."""


@dataclass
class CaptionedUtterance:
    """One utterance as it is known so far.

    Attributes:
        utterance_id: the protocol's id.
        start_s: start in session audio, seconds; None while unknown.
        language: spoken language, when known.
        words: committed words; all words once the transcript is final.
        unstable_text: what may still change.
        final_text: the final transcript, or None.
        translations: target language -> text so far.
        remarks: target language -> what a reader should know of its final translation.
        settled: languages whose translation will not change any more (final, skipped or failed).
    """

    utterance_id: int
    start_s: float | None = None
    language: str | None = None
    words: list[Word] = field(default_factory=list)
    unstable_text: str = ""
    final_text: str | None = None
    translations: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    @property
    def committed_text(self) -> str:
        """Text that stays."""
        if self.final_text is not None:
            return self.final_text
        return self.joiner.join(word.text for word in self.words)

    @property
    def joiner(self) -> str:
        """What stands between words in the spoken language."""
        return "" if self.language in UNSPACED_LANGUAGES else " "

    def turns(self) -> list[tuple[str | None, str]]:
        """The committed text as (speaker, text) runs; one run without a speaker while speakers are unknown."""
        if all(word.speaker is None for word in self.words):
            return [(None, self.committed_text)] if self.committed_text else []
        runs: list[tuple[str | None, list[str]]] = []
        for word in self.words:
            if not runs or runs[-1][0] != word.speaker:
                runs.append((word.speaker, []))
            runs[-1][1].append(word.text)
        return [(speaker, self.joiner.join(texts)) for speaker, texts in runs]


class CaptionState:
    """Folds a session's events.

    Args:
        targets: languages whose translation belongs to a finished utterance.
    """

    def __init__(self, targets: Iterable[str] = ()) -> None:
        self.targets = tuple(targets)
        self._utterances: dict[int, CaptionedUtterance] = {}
        self._is_done = False

    @property
    def utterances(self) -> list[CaptionedUtterance]:
        """Utterances that were not taken yet, in order."""
        return [self._utterances[key] for key in sorted(self._utterances)]

    def apply(self, event: Event) -> None:
        """Takes in one event."""
        if isinstance(event, Done):
            self._is_done = True
        if event.utterance_id is None:
            return
        known = self._utterances.get(event.utterance_id)
        utterance = known or CaptionedUtterance(event.utterance_id)
        if isinstance(event, TranscriptPartial):
            utterance.words.extend(event.committed_words)
            utterance.unstable_text = event.unstable_text
            utterance.language = event.language or utterance.language
        elif isinstance(event, TranscriptFinal):
            utterance.words = list(event.words)
            utterance.unstable_text = ""
            utterance.final_text = event.text
            utterance.language = event.language or utterance.language
        elif isinstance(event, (TranslationPartial, TranslationFinal)):
            utterance.translations[event.language] = event.text
            if isinstance(event, TranslationFinal):
                utterance.settled.add(event.language)
                utterance.remarks[event.language] = remark(event)
        elif isinstance(event, SpeakerUpdate):
            _label(utterance, event)
        elif isinstance(event, (Warning_, Error)) and event.language is not None:
            utterance.settled.add(event.language)
        else:
            return
        utterance.start_s = event.audio_start_s if utterance.start_s is None else utterance.start_s
        self._utterances[event.utterance_id] = utterance

    def take_finished(self) -> list[CaptionedUtterance]:
        """Removes and returns the oldest utterances that will not change any more; those without text vanish."""
        finished: list[CaptionedUtterance] = []
        while self._utterances:
            oldest = self._utterances[min(self._utterances)]
            if not (self._is_done or len(self._utterances) > MAX_WAITING or self._is_finished(oldest)):
                break
            del self._utterances[oldest.utterance_id]
            if oldest.committed_text or oldest.translations:
                finished.append(oldest)
        return finished

    def _is_finished(self, utterance: CaptionedUtterance) -> bool:
        if utterance.final_text is None:
            return False
        # The language it is spoken in needs no translation, and empty text has none.
        waiting = set(self.targets) - utterance.settled - {utterance.language or ""}
        return not waiting or not utterance.final_text


def remark(translation: TranslationFinal) -> str:
    """What a reader should know of a translation, in brackets; empty when nothing."""
    if translation.untranslated:
        return "(not translated)"
    return f"(check: {', '.join(translation.lost)})" if translation.lost else ""


def _label(utterance: CaptionedUtterance, update: SpeakerUpdate) -> None:
    for index in update.word_indices:
        if 0 <= index < len(utterance.words):
            word = utterance.words[index]
            utterance.words[index] = Word(word.text, word.start_s, word.end_s, word.confidence, update.speaker)
