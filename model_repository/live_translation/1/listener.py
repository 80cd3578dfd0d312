"""Decodes an utterance while it grows: committed text is forced, new text is shown, and its end loses nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from audio_buffer import AudioBuffer
from commit_policy import CommitPolicy
from engines import Recogniser
from event_stream import EventStream
from heard_text import HeardText
from language_choice import LanguageChoice
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential_jitter
from told_words import ToldWords
from unstable_text import presentable
from utterance import Utterance
from window_trim import best_trim
from word_gap import best_gap

from livetranslate.protocol import (
    AUTO,
    LiveTranslateError,
    SessionOptions,
    TranscriptPartial,
    WindowOptions,
    WindowText,
    Word,
)
from livetranslate.protocol.limits import MIN_AUDIO_S
from livetranslate.protocol.transcript import join_words

RETRY_S = 60.0
"""How long a final is tried again while the recogniser is away, seconds: longer than a killed one takes to be back."""

CONTEXT_CHARS = 160
"""Text of the same utterance before the window that primes the decoder. Text of earlier utterances does not: after a
pause it is often continued instead of what is said."""


@dataclass(frozen=True)
class FinalWords:
    """What an utterance turned out to say."""

    text: str
    words: tuple[Word, ...]
    language: str
    avg_logprob: float | None


class Listener:
    """Asks the recogniser and shows what the policy lets it show."""

    def __init__(
        self,
        options: SessionOptions,
        *,
        policy: CommitPolicy,
        recogniser: Recogniser,
        buffer: AudioBuffer,
        events: EventStream,
        languages: LanguageChoice,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._is_cancelled = is_cancelled
        self._options = options
        self._policy = policy
        self._recogniser = recogniser
        self._buffer = buffer
        self._events = events
        self._languages = languages
        self._told = ToldWords(options.numerals, events.warn)

    def reset(self) -> None:
        """A new utterance begins."""
        self._policy.reset()

    def adopt(self, utterance: Utterance, committed_words: tuple[Word, ...]) -> None:
        """Takes over words of an open utterance that its caller was promised before a break."""
        utterance.promised = committed_words
        utterance.told = committed_words
        utterance.shown = utterance.shown or bool(committed_words)

    def decode_partial(self, utterance: Utterance, end_s: float, *, commits_all: bool = False) -> bool:
        """Decodes up to ``end_s`` and shows the hypothesis; a failure costs only this partial.

        Args:
            utterance: the open utterance.
            end_s: session time up to which it is decoded.
            commits_all: commits every word, not only those the policy is sure of.

        Returns:
            Whether it was decoded.
        """
        try:
            self._decode(utterance, end_s)
        except LiveTranslateError as error:
            utterance.decoded_s = end_s
            utterance.failed = True
            utterance.shown = True
            self._events.warn(error, utterance_id=utterance.utterance_id)
            return False
        self.show(utterance, commits_all=commits_all)
        return True

    def show(self, utterance: Utterance, *, commits_all: bool = False) -> None:
        """Commits what may be promised of the newest hypothesis, and shows the rest as unstable."""
        if commits_all:
            utterance.commit_all()
            self._policy.reset()
        else:
            utterance.commit(self._policy.commit_count(utterance.pending, heard_s=utterance.decoded_s))
        self._trim(utterance)
        committed = self._told.new(utterance)
        if not (self._options.partials and utterance.keeps_promises):
            return
        unstable = presentable(utterance.pending, heard_s=utterance.decoded_s, language=utterance.language)
        if committed or unstable or utterance.shown:
            utterance.shown = True
            self._events.emit(
                TranscriptPartial,
                committed_words=committed,
                unstable_text=unstable,
                language=utterance.language,
                **utterance.place(utterance.decoded_s),
            )

    def told_so_far(self, utterance: Utterance) -> HeardText:
        """What was told of an open utterance as committed: it stays, so it may be translated."""
        text = join_words((word.text for word in utterance.told), utterance.language)
        return HeardText(text=text, language=utterance.language, is_final=False, **utterance.place(utterance.decoded_s))

    def finalise(self, utterance: Utterance, end_s: float, *, last_speech_s: float) -> FinalWords | None:
        """The utterance's last word on itself; reuses a decoding that already heard all of its speech.

        When the recogniser stays away an error says so, and the words committed before are the final (None: no words).
        """
        if not utterance.has_heard(last_speech_s) and not self._decode_surely(utterance, end_s):
            return self._final(utterance) if utterance.committed else None
        utterance.commit_all()
        return self._final(utterance)

    def finalise_long(self, utterance: Utterance, end_s: float) -> tuple[FinalWords | None, float]:
        """Finalises the part of a long utterance before its best word gap; returns it and the time of the cut."""
        if not self._decode_surely(utterance, end_s):
            return self._final(utterance) if utterance.committed else None, end_s
        words = [*utterance.committed, *(heard.word for heard in utterance.pending)]
        audio = self._buffer.slice(utterance.start_s, end_s)
        gap = best_gap(words, audio, start_s=utterance.start_s, at_least=len(utterance.committed))
        count, cut_s = gap if gap is not None else (len(words), end_s)
        utterance.commit(count - len(utterance.committed))
        return self._final(utterance), cut_s

    def _final(self, utterance: Utterance) -> FinalWords:
        words = self._told.all(utterance)
        self._events.watch.heard(self._buffer.slice(utterance.start_s, utterance.decoded_s))
        self._languages.settle(utterance.language, has_words=bool(words))
        logprobs = [math.log(max(word.confidence, 1e-4)) for word in words if word.confidence is not None]
        avg_logprob = round(sum(logprobs) / len(logprobs), 4) if logprobs else None
        text = join_words((word.text for word in words), utterance.language)
        return FinalWords(text, words, utterance.language, avg_logprob)

    def _decode_surely(self, utterance: Utterance, end_s: float) -> bool:
        """Decodes for a final, retrying while the recogniser is away; False when it stayed away."""
        try:
            for attempt in Retrying(
                retry=retry_if_exception(self._is_worth_a_retry),
                stop=stop_after_delay(RETRY_S),
                wait=wait_exponential_jitter(multiplier=0.2, max=3.0),
                reraise=True,
            ):
                with attempt:
                    self._decode(utterance, end_s)
        except LiveTranslateError as error:
            self._events.fail(error, fatal=False, **utterance.place(end_s))
            return False
        return True

    def _is_worth_a_retry(self, problem: BaseException) -> bool:
        return isinstance(problem, LiveTranslateError) and problem.code.retryable and not self._is_cancelled()

    def _decode(self, utterance: Utterance, end_s: float) -> None:
        if end_s - utterance.window_s < MIN_AUDIO_S:
            utterance.hear(WindowText(language=utterance.language), end_s)  # no word fits in: the rest after a cut
            return
        language = self._options.source
        if language == AUTO and utterance.committed:
            language = utterance.language
        written = language if language != AUTO else self._languages.likely
        before = join_words((word.text for word in utterance.before_window), written)[-CONTEXT_CHARS:]
        text = self._recogniser.hear(
            self._buffer.slice(utterance.window_s, end_s),
            WindowOptions(
                language=language,
                prefix=join_words((word.text for word in utterance.in_window), written),
                # What must not be cut stands last: the decoder keeps the newest tokens.
                context=" ".join(filter(None, (self._options.initial_prompt, self._options.hotwords, before))),
                **self._languages.expectation(end_s - utterance.start_s),
            ),
        )
        utterance.hear(text, end_s)

    def _trim(self, utterance: Utterance) -> None:
        """Forgets audio whose words are committed, so that the window stays short."""
        trim = best_trim(utterance.in_window, utterance.pending, window_s=utterance.window_s, end_s=utterance.decoded_s)
        if trim is not None:
            utterance.trim(*trim)
