"""How a streamed session went: words, delay, real-time factor.

The delay of a word is the time from its end in speech to its arrival as committed text:
``received_at_s − (started_at_s + word.end_s)``. It is measured where audio is sent at the pace of speech.
"""

from __future__ import annotations

from dataclasses import dataclass

from livetranslate.pacing import Pace, Pacer
from livetranslate.protocol import Done, TranscriptFinal, TranscriptPartial, TranslationFinal, Word
from livetranslate.received_events import ReceivedEvent


@dataclass(frozen=True)
class StreamSummary:
    """Figures of one session.

    Attributes:
        words: words of the final transcripts.
        utterances: utterances of the session.
        audio_s: audio that the server heard, seconds.
        elapsed_s: from the first audio sent to the last event.
        word_delay_s: mean delay of committed words; None when not measured.
        translation_delay_s: mean time from the end of an utterance's audio to its final translation.
    """

    words: int
    utterances: int
    audio_s: float
    elapsed_s: float
    word_delay_s: float | None
    translation_delay_s: float | None

    @property
    def real_time_factor(self) -> float:
        """Elapsed time over audio time; below 1 is faster than speech. 0 without audio."""
        return self.elapsed_s / self.audio_s if self.audio_s else 0.0

    def line(self) -> str:
        """The figures in one line."""
        parts = [
            f"{self.words} words in {self.utterances} utterances",
            f"{self.audio_s:.1f} s of audio in {self.elapsed_s:.1f} s (real-time factor {self.real_time_factor:.2f})",
        ]
        if self.word_delay_s is not None:
            parts.append(f"mean delay of a word {self.word_delay_s:.1f} s")
        if self.translation_delay_s is not None:
            parts.append(f"of a translation {self.translation_delay_s:.1f} s")
        return ", ".join(parts)


class StreamMeter:
    """Collects the figures while events arrive.

    Args:
        pacer: the pacer of the audio, which knows when audio time 0 was.
    """

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._committed: dict[int, int] = {}
        self._word_delay = _Mean()
        self._translation_delay = _Mean()
        self._words = 0
        self._utterances = 0
        self._audio_s = 0.0
        self._last_event_s = 0.0

    def take(self, received: ReceivedEvent) -> None:
        """Takes in one event."""
        event = received.event
        self._last_event_s = received.received_at_s
        utterance_id = -1 if event is None or event.utterance_id is None else event.utterance_id
        if isinstance(event, TranscriptPartial):
            self._commit(utterance_id, event.committed_words, received.received_at_s)
        elif isinstance(event, TranscriptFinal):
            self._words += len(event.words)
            self._utterances += 1
            self._commit(utterance_id, event.words[self._committed.get(utterance_id, 0) :], received.received_at_s)
            self._committed.pop(utterance_id, None)
        elif isinstance(event, TranslationFinal) and event.audio_end_s is not None:
            self._note(self._translation_delay, received.received_at_s, event.audio_end_s)
        elif isinstance(event, Done):
            self._audio_s = event.audio_s

    def summary(self) -> StreamSummary:
        """The figures so far."""
        started_at_s = self._pacer.started_at_s
        return StreamSummary(
            words=self._words,
            utterances=self._utterances,
            audio_s=self._audio_s,
            elapsed_s=0.0 if started_at_s is None else max(0.0, self._last_event_s - started_at_s),
            word_delay_s=self._word_delay.value,
            translation_delay_s=self._translation_delay.value,
        )

    def _commit(self, utterance_id: int, words: tuple[Word, ...], received_at_s: float) -> None:
        self._committed[utterance_id] = self._committed.get(utterance_id, 0) + len(words)
        for word in words:
            self._note(self._word_delay, received_at_s, word.end_s)

    def _note(self, mean: _Mean, received_at_s: float, audio_s: float) -> None:
        """Counts a delay, when there is one: audio sent faster than spoken has none."""
        if self._pacer.pace is Pace.REALTIME and self._pacer.started_at_s is not None:
            mean.add(received_at_s - (self._pacer.started_at_s + audio_s))


class _Mean:
    """A mean that keeps no values: sessions are long."""

    def __init__(self) -> None:
        self._sum = 0.0
        self._count = 0

    def add(self, value: float) -> None:
        self._sum += value
        self._count += 1

    @property
    def value(self) -> float | None:
        return self._sum / self._count if self._count else None
