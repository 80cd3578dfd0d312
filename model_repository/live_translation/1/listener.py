"""Decodes an utterance: partials while it grows, one final when it ends, and a retry before anything is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audio_buffer import AudioBuffer
from commit_policy import CommitPolicy
from engines import Recogniser
from event_stream import EventStream
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential_jitter
from utterance import Utterance, shifted
from word_gap import best_gap

from livetranslate.protocol import (
    LiveTranslateError,
    SessionOptions,
    TranscribeOptions,
    Transcript,
    TranscriptPartial,
    Word,
)
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES

RETRY_S = 60.0
"""How long a final is tried again while the recogniser is away, seconds: longer than a killed one takes to be back."""


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
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._is_cancelled = is_cancelled
        self._options = options
        self._policy = policy
        self._recogniser = recogniser
        self._buffer = buffer
        self._events = events
        self.in_haste = False
        """Whether the session falls behind: then words go without confidence, which costs a second encoder pass."""

    def reset(self) -> None:
        """A new utterance begins."""
        self._policy.reset()

    def decode_if_due(self, utterance: Utterance, end_s: float) -> None:
        """Decodes for a partial when the policy wants one."""
        if self._policy.is_due(undecoded_s=end_s - utterance.decoded_s):
            self.decode_partial(utterance, end_s, with_words=self._policy.needs_word_times)

    def decode_partial(self, utterance: Utterance, end_s: float, *, with_words: bool) -> None:
        """Decodes up to ``end_s`` and shows the hypothesis; a failure costs only this partial."""
        try:
            transcript = self._decode(utterance, end_s, with_words=with_words)
        except LiveTranslateError as error:
            utterance.decoded_s = end_s
            utterance.transcript = None
            utterance.shown = True
            self._events.warn(error, utterance_id=utterance.utterance_id)
            return
        if not self._options.partials:
            return
        hypothesis = self._policy.split(transcript)
        if hypothesis.committed or hypothesis.unstable_text or utterance.shown:
            utterance.shown = True
            self._events.emit(
                TranscriptPartial,
                committed_words=hypothesis.committed,
                unstable_text=hypothesis.unstable_text,
                language=transcript.language,
                utterance_id=utterance.utterance_id,
                audio_start_s=round(utterance.start_s, 3),
                audio_end_s=round(end_s, 3),
            )

    def finalise(self, utterance: Utterance, end_s: float, *, last_speech_s: float) -> FinalWords | None:
        """The utterance's last word on itself; reuses a decoding that already heard all of its speech."""
        heard_all = utterance.has_word_times and utterance.decoded_s >= last_speech_s
        if (utterance.transcript is None or not heard_all) and not self._decode_surely(utterance, end_s):
            return None
        transcript = utterance.transcript
        if transcript is None:
            return None
        return FinalWords(transcript.text, transcript.words, transcript.language, transcript.avg_logprob)

    def finalise_long(self, utterance: Utterance, end_s: float) -> tuple[FinalWords | None, float]:
        """Finalises the part of a long utterance before its best word gap; returns it and the time of the cut."""
        if not self._decode_surely(utterance, end_s) or utterance.transcript is None:
            return None, end_s
        transcript = utterance.transcript
        audio = self._buffer.slice(utterance.start_s, end_s)
        gap = best_gap(transcript.words, audio, start_s=utterance.start_s)
        if gap is None:
            return FinalWords(transcript.text, transcript.words, transcript.language, transcript.avg_logprob), end_s
        count, cut_s = gap
        words = transcript.words[:count]
        joiner = "" if transcript.language in UNSPACED_LANGUAGES else " "
        text = joiner.join(word.text for word in words)
        return FinalWords(text, words, transcript.language, transcript.avg_logprob), cut_s

    def _decode_surely(self, utterance: Utterance, end_s: float) -> bool:
        """Decodes with words for a final, retrying while the recogniser is away; False when it stayed away."""
        try:
            for attempt in Retrying(
                retry=retry_if_exception(self._is_worth_a_retry),
                stop=stop_after_delay(RETRY_S),
                wait=wait_exponential_jitter(multiplier=0.2, max=3.0),
                reraise=True,
            ):
                with attempt:
                    self._decode(utterance, end_s, with_words=True)
        except LiveTranslateError as error:
            self._events.fail(
                error,
                fatal=False,
                utterance_id=utterance.utterance_id,
                audio_start_s=round(utterance.start_s, 3),
                audio_end_s=round(end_s, 3),
            )
            return False
        return True

    def _is_worth_a_retry(self, problem: BaseException) -> bool:
        return isinstance(problem, LiveTranslateError) and problem.code.retryable and not self._is_cancelled()

    def _decode(self, utterance: Utterance, end_s: float, *, with_words: bool) -> Transcript:
        audio = self._buffer.slice(utterance.start_s, end_s)
        transcript = self._recogniser.transcribe(
            audio,
            TranscribeOptions(
                language=self._options.source,
                word_timestamps=with_words,
                # The recogniser's own judgement costs a second encoder pass: only for what may become final.
                scores=with_words and not self.in_haste,
                initial_prompt=self._options.initial_prompt,
            ),
        )
        utterance.transcript = shifted(transcript, utterance.start_s)
        utterance.decoded_s = end_s
        utterance.has_word_times = with_words
        return utterance.transcript
