"""What a session tells an operator, read off the events that it sends: words and delays, never what was said."""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic

from arrival_times import ArrivalTimes
from audio_condition import measure

from livetranslate.protocol import BaseEvent
from livetranslate.protocol.events import (
    Checkpoint,
    Done,
    Error,
    SessionStarted,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    Warning_,
)
from livetranslate.protocol.metric_reporter import MetricReporter
from livetranslate.protocol.pcm import Samples
from livetranslate.protocol.transcript import Word

UNKNOWN = "unknown"
AWAITED_FINALS = 64
"""Finals whose translations are waited for; those of older ones come too late to be a delay of the system."""


class SessionWatch:
    """Turns one session's events into metrics.

    Args:
        reporter: takes them.
    """

    def __init__(self, reporter: MetricReporter) -> None:
        self._reporter = reporter
        self._arrivals = ArrivalTimes(0.0)
        self._promised: dict[int | None, int] = {}
        self._finals_at: OrderedDict[int | None, float] = OrderedDict()
        self._outcome = "CANCELLED"
        self._is_started = self._is_over = False

    def received(self, duration_s: float) -> None:
        """So much audio came in."""
        self._arrivals.add(duration_s)
        self._reporter.count("livetranslate_audio_seconds_total", duration_s)

    def heard(self, audio: Samples) -> None:
        """An utterance is over; this is its audio, FP32 [n] at 16 kHz."""
        condition = measure(audio)
        if condition is not None:
            self._reporter.observe("livetranslate_speech_level_dbfs", condition.level_dbfs)
            self._reporter.observe("livetranslate_speech_snr_db", condition.snr_db)

    def event(self, event: BaseEvent) -> None:
        """An event is being sent."""
        if isinstance(event, TranscriptPartial):
            self._reporter.count("livetranslate_partials_total")
            self._promise(event.utterance_id, event.committed_words)
        elif isinstance(event, TranscriptFinal):
            self._final(event)
        elif isinstance(event, TranslationFinal):
            self._translated(event)
        elif isinstance(event, Checkpoint):
            self._promised.clear()  # an utterance that was given up has no final
            self._arrivals.forget_before(event.audio_end_s or 0.0)
        elif isinstance(event, Warning_):
            self._reporter.count("livetranslate_warnings_total", error_type=event.code.value)
        elif isinstance(event, SessionStarted):
            self._started(event)
        elif isinstance(event, Error) and event.fatal:
            self._outcome = event.code.value
        elif isinstance(event, Done):
            self._outcome = "DONE"

    def ended(self) -> None:
        """The session is over; of one that was refused nothing is said, and a second call says nothing."""
        if self._is_started and not self._is_over:
            self._is_over = True
            self._reporter.count("livetranslate_sessions_ended_total", outcome=self._outcome)

    def partials_dropped(self, count: int) -> None:
        """So many partials were due and left out."""
        self._reporter.count("livetranslate_partials_dropped_total", float(count))

    def _started(self, event: SessionStarted) -> None:
        self._is_started = True
        self._arrivals = ArrivalTimes(event.resume_from_s)
        self._reporter.count("livetranslate_sessions_started_total")
        if event.resumed:
            self._reporter.count("livetranslate_sessions_resumed_total")

    def _promise(self, utterance_id: int | None, words: tuple[Word, ...]) -> None:
        self._promised[utterance_id] = self._promised.get(utterance_id, 0) + len(words)
        for word in words:
            age_s = self._arrivals.age_s(word.end_s)
            if age_s is not None:
                self._reporter.observe("livetranslate_word_delay_seconds", age_s)

    def _final(self, event: TranscriptFinal) -> None:
        language = event.language or UNKNOWN
        self._promise(event.utterance_id, event.words[self._promised.get(event.utterance_id, 0) :])
        self._promised.pop(event.utterance_id, None)
        self._arrivals.forget_before(event.audio_end_s or 0.0)
        self._reporter.count("livetranslate_words_total", float(len(event.words)), language=language)
        self._reporter.count("livetranslate_utterances_total", language=language)
        speech_s = max((event.audio_end_s or 0.0) - (event.audio_start_s or 0.0), 0.0)
        self._reporter.count("livetranslate_speech_seconds_total", speech_s)
        if event.words and speech_s:
            self._reporter.observe("livetranslate_words_per_second", len(event.words) / speech_s)
        for word in event.words:
            if word.confidence is not None:
                self._reporter.observe("livetranslate_word_confidence", word.confidence)
        self._finals_at[event.utterance_id] = monotonic()
        while len(self._finals_at) > AWAITED_FINALS:
            self._finals_at.popitem(last=False)

    def _translated(self, event: TranslationFinal) -> None:
        outcome = "UNTRANSLATED" if event.untranslated else "TRANSLATED"
        self._reporter.count("livetranslate_translations_total", language=event.language, outcome=outcome)
        final_at = self._finals_at.get(event.utterance_id)
        if final_at is not None:
            self._reporter.observe(
                "livetranslate_translation_delay_seconds", monotonic() - final_at, language=event.language
            )
