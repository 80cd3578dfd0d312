"""One utterance into one language: sentence by sentence, and (simultaneous) the sentence that is not finished yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engines import Translator
from heard_text import HeardText
from repeated_edge import without_repeated_edge
from sentence_buffer import split
from target_agreement import TargetAgreement
from translation_history import TranslationHistory

from livetranslate.protocol import (
    AUTO,
    SOURCE_ROUTE,
    SentencePair,
    SessionOptions,
    TranslateOptions,
    TranslationFlag,
    TranslationPolicy,
    TranslationResult,
)
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES, join_words

GUESS_TIMEOUT_S = 5.0
"""A translation of half a sentence that takes longer is of no use any more."""

FIRST_GUESS_UNITS = 4
NEXT_GUESS_UNITS = 2
"""Source words (or twice as many characters) from which half a sentence is translated, and after which again."""

CUT_GAP_S = 0.05
"""An utterance that begins this soon after the last one was cut off from it, seconds."""


@dataclass
class UtteranceTranslation:
    """What is translated of an utterance so far.

    Attributes:
        target: target language.
        options: the session's.
        glossary: term -> translation, for this language.
        translator: translates.
        history: sentence pairs before; finished sentences are added.
        show: told the translation so far, and how much of it stays.
        is_cancelled: whether the session is over.
        promised: what the caller was promised of it before a break.
    """

    target: str
    options: SessionOptions
    glossary: dict[str, str]
    translator: Translator
    history: TranslationHistory
    show: Callable[[str, str], None]
    is_cancelled: Callable[[], bool]
    promised: str = ""
    _done: list[TranslationResult] = field(default_factory=list)
    _agreement: TargetAgreement = field(init=False)
    _guessed_units: int = 0
    _shown: str = ""
    _shown_committed: str = ""

    def __post_init__(self) -> None:
        self._agreement = TargetAgreement(self.target, committed=self.promised)

    def finish(self, heard: HeardText) -> TranslationResult:
        """Translates what is still missing of a finished utterance; returns all of it.

        Raises:
            LiveTranslateError: the translator cannot be reached, or refuses the text.
        """
        self._translate_sentences(heard)
        results = self._done
        unlike = [result.route for result in results if result.route != results[0].route]
        return TranslationResult(
            text=join_words((result.text for result in results), self.target),
            route=(unlike or [results[0].route])[-1] if results else "",
            attempts=sum(result.attempts for result in results),
            untranslated=any(result.untranslated for result in results),
            flags=tuple(dict.fromkeys(flag for result in results for flag in result.flags)),
            lost=tuple(dict.fromkeys(item for result in results for item in result.lost)),
        )

    def follow(self, heard: HeardText, *, is_outdated: Callable[[], bool]) -> None:
        """Translates the finished sentences of an open utterance, and what there is of the next one.

        Raises:
            LiveTranslateError: as :meth:`finish`.
        """
        rest = self._translate_sentences(heard)
        units = _units(rest, heard.language)
        if units < max(FIRST_GUESS_UNITS, self._guessed_units + NEXT_GUESS_UNITS) or is_outdated():
            return
        self._guessed_units = units
        result = self._ask(rest, heard, is_complete=False, is_outdated=is_outdated)
        if not result.untranslated:
            self._agreement.hear(result.text)
            self._show(result.text)

    def _translate_sentences(self, heard: HeardText) -> str:
        """Translates the sentences that are complete by now; returns the rest."""
        if self.promised:
            # What was promised may span sentences: all that was said is one, so that it can begin with the promise.
            complete: tuple[str, ...] = (heard.text,) if heard.is_final else ()
            rest = "" if heard.is_final else heard.text
        else:
            parts = split(heard.text, heard.language, is_final=heard.is_final)
            complete, rest = parts.complete, parts.rest
        for sentence in complete[len(self._done) :]:
            result = self._ask(sentence, heard, is_complete=True, is_outdated=lambda: False)
            self._settle(sentence, result, heard)
        return rest

    def _settle(self, sentence: str, result: TranslationResult, heard: HeardText) -> None:
        committed = self._agreement.committed
        if result.untranslated and committed:
            # What was promised stays; what was said follows as it was said.
            result = TranslationResult(
                join_words((committed, sentence), self.target),
                result.route,
                attempts=result.attempts,
                untranslated=True,
                flags=result.flags,
            )
        self._done.append(result)
        self._agreement = TargetAgreement(self.target)
        self._guessed_units = 0
        if not result.untranslated and TranslationFlag.DOUBTFUL not in result.flags:
            self.history.add(SentencePair(source=sentence, target=result.text), spoken_s=heard.audio_end_s)

    def _ask(
        self, sentence: str, heard: HeardText, *, is_complete: bool, is_outdated: Callable[[], bool]
    ) -> TranslationResult:
        if heard.language == self.target:
            # Source "auto" and the speaker used the target language: nothing to translate.
            return TranslationResult(sentence, SOURCE_ROUTE)
        return self.translator.translate(
            self._without_overlap(sentence, heard),
            TranslateOptions(
                target=self.target,
                source=heard.language or AUTO,
                context=self.history.for_prompt(heard.audio_end_s),
                glossary=self.glossary,
                keep=self.options.keep,
                formality=self.options.formality,
                domain=self.options.domain,
                committed=self._agreement.committed,
                is_complete=is_complete,
                timeout_s=0.0 if is_complete else GUESS_TIMEOUT_S,
            ),
            on_text=self._show if is_complete else lambda _: None,
            is_cancelled=lambda: self.is_cancelled() or is_outdated(),
        )

    def _without_overlap(self, sentence: str, heard: HeardText) -> str:
        """A long utterance is cut in the middle of speech: a word at the cut may be heard on both sides."""
        is_cut_off = heard.audio_start_s <= self.history.last_spoken_s + CUT_GAP_S
        if self._done or not is_cut_off:
            return sentence
        return without_repeated_edge(self.history.last_source, sentence, heard.language) or sentence

    def _show(self, text: str) -> None:
        done = [result.text for result in self._done]
        committed = join_words((*done, self._agreement.committed), self.target)
        so_far = join_words((*done, text), self.target)
        # A sentence that is written anew grows unseen while what stands there begins with it.
        is_old = self._shown.startswith(so_far) and self._shown_committed == committed
        if so_far.startswith(committed) and not is_old:
            self._shown, self._shown_committed = so_far, committed
            self.show(so_far, committed if self._promises else "")

    @property
    def _promises(self) -> bool:
        return self.options.translation is TranslationPolicy.SIMULTANEOUS


def _units(text: str, language: str) -> int:
    return len(text) // 2 if language in UNSPACED_LANGUAGES else len(text.split())
