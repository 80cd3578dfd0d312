"""One live session: audio in, events out.

A thread of its own takes audio from the inbox, lets the speech gate open and close utterances, asks the policy when
to decode, and hands finished utterances to the translation desk. Everything slow happens here or behind the desk;
the transport's thread only fills the inbox.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from audio_buffer import AudioBuffer
from audio_input import AudioInput, AudioProblem
from commit_policy import make_policy
from engines import Recogniser, Translator
from event_stream import EventStream, as_error
from inbox import PIECE_S, Inbox
from listener import FinalWords, Listener
from speech_gate import Edge, SpeechGate
from translation_desk import FinalText, TranslationDesk
from utterance import Utterance

from livetranslate import __version__
from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions
from livetranslate.protocol.events import Done, Endpoint, SessionStarted, TranscriptFinal
from livetranslate.protocol.limits import MAX_CHUNK_BYTES
from livetranslate.protocol.pcm import Samples

PRE_ROLL_S = 0.3
"""Audio kept from before the detected onset: soft first sounds are not voiced enough to open the gate."""

TAIL_S = 0.3
"""Audio decoded after the last voiced frame, for soft last sounds."""

SETTLE_S = 0.24
"""Silence after which an utterance is decoded in advance, so that its final is ready when the pause is complete."""

HESITATION_S = 0.1
"""In a silence longer than this no partial is started: it would still be under way when the utterance must settle."""

BEHIND_S = 5.0
"""Waiting audio from which a session counts as falling behind."""

MAX_BACKLOG_BYTES = 64 << 20

POLL_S = 0.25


@dataclass(frozen=True)
class SessionSettings:
    """Server-side limits of a session, seconds (parameters of the model's configuration)."""

    idle_timeout_s: float = 60.0
    acknowledge_ahead_s: float = 5.0
    max_backlog_s: float = 120.0


class LiveSession:
    """The state of one session and the loop that moves it."""

    def __init__(
        self,
        session_id: str,
        options: SessionOptions,
        *,
        recogniser: Recogniser,
        translator: Translator,
        events: EventStream,
        settings: SessionSettings,
        is_cancelled: Callable[[], bool],
        models: dict[str, str],
    ) -> None:
        self.session_id = session_id
        self.events = events
        self.end_received = False
        bytes_per_s = options.audio.bytes_per_s
        # Two chunks of the largest size always fit, and no layout makes a session a burden.
        backlog_bytes = min(max(settings.max_backlog_s * bytes_per_s, 2 * MAX_CHUNK_BYTES), MAX_BACKLOG_BYTES)
        self.inbox = Inbox(
            bytes_per_s=bytes_per_s,
            acknowledge_ahead_s=settings.acknowledge_ahead_s,
            max_backlog_s=backlog_bytes / bytes_per_s,
        )
        self._options = options
        self._settings = settings
        self._is_cancelled = is_cancelled
        self._models = models
        self._input = AudioInput(options.audio)
        self._gate = SpeechGate(vad_mode=options.vad_mode, pause_s=options.pause_s)
        self._buffer = AudioBuffer()
        self._listener = Listener(
            options,
            policy=make_policy(options),
            recogniser=recogniser,
            buffer=self._buffer,
            events=events,
            is_cancelled=is_cancelled,
        )
        self._translator = translator
        self._desk: TranslationDesk | None = None
        self._utterance: Utterance | None = None
        self._started_at = 0.0
        self._next_id = 0
        self._is_shut_down = False
        self._tail_s = min(TAIL_S, options.pause_s)
        self._utterances = 0
        self._words = 0

    def end(self) -> None:
        """The client sends no more audio; what was heard is finished."""
        self.end_received = True
        self.inbox.end()

    def shut_down(self) -> None:
        """The server goes away: what was heard is finished, and the caller learns that it was not all."""
        self._is_shut_down = True
        self.inbox.end()

    def run(self) -> None:
        """Runs the session to its end; never raises."""
        failure: LiveTranslateError | None = None
        try:
            self._desk = TranslationDesk(
                self._options,
                translator=self._translator,
                events=self.events,
                is_cancelled=self._is_cancelled,
                name=self.session_id[:8],
            )
            self._listen()
            if self._is_shut_down and not self.end_received:
                raise LiveTranslateError(
                    ErrorCode.MODEL_UNAVAILABLE,
                    f"The server is going away after {self._buffer.end_s:.1f} s of this session's audio; what it heard "
                    "is finished. Open a new session for the rest.",
                )
        except Exception as problem:  # noqa: BLE001 - reported, with a code
            # The last place that can tell the caller; whatever was finished before is still translated and sent.
            failure = as_error(problem)
        finally:
            try:
                self.inbox.release()
                if self._desk is not None:
                    self._desk.close()
                self._finish(failure)
            finally:
                # An open START request would block the server's shutdown, whatever went wrong before.
                self.events.close()

    def announce(self) -> None:
        """Sends the session's first event."""
        self.events.emit(
            SessionStarted,
            session_id=self.session_id,
            source=self._options.source,
            targets=self._options.targets,
            models=self._models,
            server_version=__version__,
        )

    def _listen(self) -> None:
        self._started_at = heard_at = monotonic()
        while not self._is_cancelled():
            chunk = self.inbox.take(timeout_s=POLL_S)
            if chunk is None:
                if monotonic() - heard_at > self._settings.idle_timeout_s:
                    raise LiveTranslateError(
                        ErrorCode.SESSION_IDLE,
                        f"No audio came for {self._settings.idle_timeout_s:g} s; the session was ended. Send silence "
                        "to keep a session open.",
                    )
                continue
            if chunk.data or chunk.dropped_bytes:
                heard_at = monotonic()
            if chunk.last:
                self._hear(*self._input.flush())
                if self._utterance is not None:
                    self._close_utterance("end_of_stream", self._buffer.end_s)
                return
            if chunk.dropped_bytes:
                self._hear(self._input.skip(chunk.dropped_bytes), None)
            else:
                self._hear(*self._input.feed(chunk.data))
            self._watch_backlog()
            if self._utterance is not None:
                self._attend(self._utterance)

    def _watch_backlog(self) -> None:
        """Says once that the session falls behind, and lets its decodings do without what is dear until it is not."""
        # A file sent faster than real time waits too, but that is no lag.
        elapsed_s = monotonic() - self._started_at
        lag_s = min(self.inbox.backlog_s, elapsed_s - self._buffer.end_s)
        if lag_s > BEHIND_S and not self._listener.in_haste:
            self._listener.in_haste = True
            self.events.warn(
                LiveTranslateError(
                    ErrorCode.FALLING_BEHIND,
                    f"The session is {lag_s:.1f} s behind (limit {BEHIND_S:g} s): the server is busy. Partial results "
                    "are skipped and words carry no confidence until it has caught up; no final is lost.",
                )
            )
        elif lag_s < self._options.step_s:
            self._listener.in_haste = False

    def _hear(self, samples: Samples, problem: AudioProblem | None) -> None:
        if problem is not None:
            where = self._buffer.end_s
            self.events.warn(problem.error, audio_start_s=where, audio_end_s=where + problem.dropped_s)
        self._buffer.append(samples)
        for transition in self._gate.feed(samples):
            if transition.edge is Edge.SPEECH_STARTED:
                self._open_utterance(max(self._buffer.start_s, transition.at_s - PRE_ROLL_S))
            elif self._utterance is not None:
                self._close_utterance("pause", min(self._buffer.end_s, transition.at_s + self._tail_s))
        if self._utterance is None:
            self._buffer.forget_before(self._buffer.end_s - PRE_ROLL_S - 0.5)

    def _attend(self, utterance: Utterance) -> None:
        """Decodes the open utterance where that is due: too long, about to end, or time for a partial."""
        end_s = self._buffer.end_s
        backlog_s = self.inbox.backlog_s
        if end_s - utterance.start_s > self._options.max_utterance_s - PIECE_S:
            self._cut(utterance)
        elif self._gate.silence_s >= SETTLE_S:
            # Skipped when the audio that decides about the pause is already here (a file sent fast).
            is_settled = utterance.has_word_times and utterance.decoded_s >= self._gate.last_speech_s
            if backlog_s < self._options.pause_s and not is_settled and not utterance.is_given_up(end_s):
                self._listener.decode_partial(utterance, end_s, with_words=True)
        elif self._options.partials and backlog_s < self._options.step_s and self._gate.silence_s < HESITATION_S:
            self._listener.decode_if_due(utterance, end_s)

    def _open_utterance(self, start_s: float) -> None:
        self._utterance = Utterance(self._next_id, start_s)
        self._listener.reset()
        self._buffer.forget_before(start_s)

    def _close_utterance(self, reason: str, end_s: float) -> None:
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            return
        last_speech_s = self._gate.last_speech_s
        if last_speech_s <= utterance.start_s:
            return  # what a cut left over is only silence
        final = self._listener.finalise(utterance, end_s, last_speech_s=last_speech_s)
        self._emit_final(utterance, reason, end_s, final)
        self._buffer.forget_before(end_s)

    def _cut(self, utterance: Utterance) -> None:
        """Ends an utterance that is too long at its best word gap; the rest opens the next one."""
        final, cut_s = self._listener.finalise_long(utterance, self._buffer.end_s)
        self._emit_final(utterance, "max_length", cut_s, final)
        self._open_utterance(cut_s)

    def _emit_final(self, utterance: Utterance, reason: str, end_s: float, final: FinalWords | None) -> None:
        place = {"utterance_id": utterance.utterance_id, "audio_start_s": utterance.start_s, "audio_end_s": end_s}
        place = {key: round(value, 3) for key, value in place.items()}
        if final is not None and not (final.text or utterance.shown):
            return  # nothing was said of it, so its number is free
        self._next_id += 1
        self.events.emit(Endpoint, reason=reason, **place)
        if final is None:
            return  # an error event said what was lost
        self._utterances += 1
        self._words += len(final.words)
        self.events.emit(
            TranscriptFinal,
            text=final.text,
            words=final.words,
            language=final.language,
            avg_logprob=final.avg_logprob,
            **place,
        )
        if final.text and self._desk is not None:
            self._desk.submit(
                FinalText(
                    utterance.utterance_id, final.text, final.language, place["audio_start_s"], place["audio_end_s"]
                )
            )

    def _finish(self, failure: LiveTranslateError | None) -> None:
        if failure is not None:
            self.events.fail(failure, fatal=True)
        elif not self._is_cancelled():
            self.events.emit(
                Done,
                audio_s=round(self._buffer.end_s, 3),
                speech_s=round(self._gate.speech_s, 3),
                utterances=self._utterances,
                words=self._words,
            )
