"""One live session: audio in, events out.

A thread of its own takes audio from the inbox, lets the speech gate open and close utterances, asks the policy when
to decode, and hands finished utterances to the translation desk. Everything slow happens here or behind the desk;
the transport's thread only fills the inbox.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic

from audio_buffer import AudioBuffer
from audio_grid import AudioGrid
from audio_input import AudioInput, AudioProblem
from commit_policy import make_policy
from engines import Recogniser, Translator
from event_stream import EventStream, as_error
from heard_text import HeardText
from inbox import PIECE_S
from lag_warning import LagWarning
from language_choice import LanguageChoice
from listener import FinalWords, Listener
from partial_pace import PartialPace
from resume_token import ResumeTokens
from resumption import Resumption
from session_settings import SessionSettings
from speech_gate import MAX_BACKDATING_S, Edge, SpeechGate
from transcript_redaction import redacted, without_partials
from translation_desk import TranslationDesk
from utterance import Utterance

from livetranslate import __version__
from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions, SessionUpdate
from livetranslate.protocol.events import Checkpoint, Done, Endpoint, SessionStarted, SessionUpdated, TranscriptFinal
from livetranslate.protocol.pcm import Samples
from livetranslate.protocol.translation import check_target

PRE_ROLL_S = 0.4
"""Audio kept from before the detected onset: soft first sounds are not voiced enough to open the gate."""

TAIL_S = 0.3
"""Audio decoded after the last voiced frame, for soft last sounds. It is decoded as soon as it is there, so that the
final is ready when the pause is complete."""

HURRY_S = 2.0
"""Waiting audio from which an utterance is decoded only at its end."""

HESITATION_S = 0.1
"""In a silence longer than this no partial is started: it would still be under way when the utterance must settle."""

POLL_S = 0.25


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
        tokens: ResumeTokens,
    ) -> None:
        options = without_partials(options) if options.redact else options
        self.session_id = session_id
        self.events = events
        self.end_received = self.is_over = False  # over: at most its last events are on their way
        self.inbox = settings.make_inbox(options.audio.bytes_per_s)
        self._options = options
        self._settings = settings
        self._is_cancelled = is_cancelled
        self._models = models
        self._input = AudioInput(options.audio)
        self._grid = AudioGrid()
        self._resumption = Resumption(session_id, options.resume, tokens)
        events.start_at(self._resumption.first_seq)
        start = self._resumption.start
        self._gate = SpeechGate(
            vad=options.vad, vad_mode=options.vad_mode, pause_s=options.pause_s, start_s=start.resume_from_s
        )
        self._buffer = AudioBuffer(start.resume_from_s)
        self._listener = Listener(
            options,
            policy=make_policy(options),
            recogniser=recogniser,
            buffer=self._buffer,
            events=events,
            languages=LanguageChoice(options.source, start.language),
            is_cancelled=is_cancelled,
        )
        self._pace = PartialPace(options.step_s, options.max_step_s, on_dropped=events.watch.partials_dropped)
        self._lag = LagWarning(self._pace, options.step_s, events.warn)
        self._translator = translator
        self._desk: TranslationDesk | None = None
        self._updates: SimpleQueue[SessionUpdate] = SimpleQueue()
        self._utterance: Utterance | None = None
        self._started_at = 0.0
        self._next_id = start.utterance_id
        self._stopped_for: LiveTranslateError | None = None
        self._hands_over = False
        self._tail_s = min(TAIL_S, options.pause_s)
        self._utterances = start.utterances
        self._words = start.words

    def update(self, update: SessionUpdate) -> None:
        """Changes what the session translates into; heeded before the next piece of audio."""
        for target in update.targets:
            check_target(target, self._options.source)
        self._updates.put(update)

    def end(self) -> None:
        """The client sends no more audio; what was heard is finished."""
        self.end_received = True
        self.inbox.end()

    def stop(self, reason: LiveTranslateError, *, hands_over: bool = False) -> None:
        """Ends the session for this reason: after what was heard is finished; at once if another server goes on."""
        self._hands_over = hands_over and self._options.resumable
        self._stopped_for = reason
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
            if self._stopped_for is not None and not self.end_received:
                raise self._stopped_for
        except Exception as problem:  # noqa: BLE001 - reported, with a code
            # The last place that can tell the caller; whatever was finished before is still translated and sent.
            failure = as_error(problem)
        finally:
            try:
                self.inbox.release()
                if self._desk is not None:
                    self._desk.close()
                self.is_over = True
                self._finish(failure)
            finally:
                # An open START request would block the server's shutdown, whatever went wrong before.
                self.events.close()

    def announce(self) -> None:
        """Sends the session's first event."""
        self.events.emit(
            SessionStarted,
            session_id=self._resumption.start.session_id,
            source=self._options.source,
            targets=self._options.targets,
            models=self._models,
            server_version=__version__,
            resumed=self._resumption.request is not None,
            **self._resumption.fields(),
        )

    def _listen(self) -> None:
        self._started_at = heard_at = monotonic()
        while not self._is_cancelled():
            self._heed_updates()
            chunk = self.inbox.take(timeout_s=POLL_S)
            if chunk is None:
                if monotonic() - heard_at > self._settings.idle_timeout_s:
                    raise LiveTranslateError(
                        ErrorCode.SESSION_IDLE,
                        f"No audio came for {self._settings.idle_timeout_s:g} s; the session was ended. Send silence "
                        "to keep a session open.",
                    )
                continue
            if self._hands_over:
                return
            if chunk.data or chunk.dropped_bytes:
                heard_at = monotonic()
            if chunk.last:
                self._hear(*self._input.flush())
                self._take_step(self._grid.rest())
                if self._utterance is not None:
                    self._close_utterance("end_of_stream", self._buffer.end_s)
                return
            if chunk.dropped_bytes:
                self._hear(self._input.skip(chunk.dropped_bytes), None)
            else:
                self._hear(*self._input.feed(chunk.data))
            self._lag.watch(self._lag_s())

    def _heed_updates(self) -> None:
        while self._desk is not None and not self._updates.empty():
            update = self._updates.get()
            self._desk.set_targets(update.targets, update.glossary)
            self.events.emit(SessionUpdated, targets=self._desk.targets)

    def _lag_s(self) -> float:
        """How far the session is behind the speaker; a file sent fast waits too, but that is no lag."""
        heard_s = self._buffer.end_s - self._resumption.start.resume_from_s
        return min(self.inbox.backlog_s, monotonic() - self._started_at - heard_s)

    def _hear(self, samples: Samples, problem: AudioProblem | None) -> None:
        if problem is not None and not self._resumption.is_rehearing:
            where = self._buffer.end_s
            self.events.warn(problem.error, audio_start_s=where, audio_end_s=where + problem.dropped_s)
        for step in self._grid.steps(samples):
            self._take_step(step)

    def _take_step(self, samples: Samples) -> None:
        """Hears the next step of the audio and does what is due at its end."""
        self._buffer.append(samples)
        if self._resumption.is_rehearing:
            samples = self._rehear(samples)
        for transition in self._gate.feed(samples):
            if transition.edge is Edge.SPEECH_STARTED:
                self._open_utterance(max(self._buffer.start_s, transition.at_s - PRE_ROLL_S))
            elif self._utterance is not None:
                self._close_utterance("pause", min(self._buffer.end_s, transition.at_s + self._tail_s))
        if self._utterance is None and not self._resumption.is_rehearing:
            self._buffer.forget_before(self._buffer.end_s - PRE_ROLL_S - MAX_BACKDATING_S)
            if self._resumption.is_due(self._buffer.start_s):
                self._checkpoint(self._buffer.start_s)
        if self._utterance is not None:
            self._attend(self._utterance)

    def _rehear(self, samples: Samples) -> Samples:
        """Goes on where the broken session stood, as soon as the gate is there; returns the samples that are new."""
        start = self._resumption.start
        samples = self._resumption.rehear(samples, self._gate)
        self._buffer.forget_before(start.audio_s)
        if not self._resumption.is_rehearing and self._gate.is_open:
            self._open_utterance(start.audio_s)
        return samples

    def _attend(self, utterance: Utterance) -> None:
        """Decodes the open utterance where that is due: too long, about to end, or time for a partial."""
        end_s = self._buffer.end_s
        # A file that is sent fast goes without partials; what is heard again after a break does not: see audio_grid.
        is_hurried = self.inbox.backlog_s > HURRY_S and not self._resumption.is_catching_up(end_s)
        if end_s - utterance.start_s > self._options.max_utterance_s - PIECE_S:
            self._cut(utterance)
        elif self._gate.silence_s >= self._tail_s:
            is_settled = utterance.has_heard(self._gate.last_speech_s)
            if not (is_hurried or is_settled or utterance.is_given_up(end_s)):
                is_settled = self._listener.decode_partial(utterance, self._gate.last_speech_s + self._tail_s)
            if is_settled and 0 < self._options.early_pause_s <= self._gate.silence_s:
                self._end_early(utterance)
        elif (
            self._options.partials
            and not is_hurried
            and self._gate.silence_s < HESITATION_S
            and self._pace.is_due(
                end_s - utterance.decoded_s, is_first=utterance.decoded_s <= utterance.start_s + PRE_ROLL_S
            )
        ):
            with self._pace.timed():
                self._listener.decode_partial(utterance, end_s)
        if self._desk is not None and utterance.take_news():
            self._desk.follow(self._listener.told_so_far(utterance))

    def _end_early(self, utterance: Utterance) -> None:
        """The first pass of a two-pass endpoint: what was heard is committed; the pause will make it final."""
        if not utterance.pending:
            return
        self._listener.show(utterance, commits_all=True)
        self.events.emit(Endpoint, reason="early", **utterance.place(utterance.decoded_s))

    def _open_utterance(self, start_s: float) -> None:
        self._utterance = Utterance(self._next_id, start_s)
        self._listener.reset()
        self._buffer.forget_before(start_s)
        if committed := self._resumption.take_committed():
            self._listener.adopt(self._utterance, committed)

    def _close_utterance(self, reason: str, end_s: float) -> None:
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            return
        last_speech_s = self._gate.last_speech_s
        if last_speech_s <= utterance.start_s:
            self._checkpoint(end_s)
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
        place = utterance.place(end_s)
        final = redacted(final) if final is not None and self._options.redact else final
        if final is not None and not (final.text or utterance.shown):
            self._checkpoint(end_s)
            return  # nothing was said of it, so its number is free
        self._next_id += 1
        self.events.emit(Endpoint, reason=reason, **place)
        if final is None:
            self._checkpoint(end_s)
            return  # an error event said what was lost
        self._utterances += 1
        self._words += len(final.words)
        self.events.emit(
            TranscriptFinal,
            text=final.text,
            words=final.words,
            language=final.language,
            avg_logprob=final.avg_logprob,
            **self._resumption.advance(self._gate, end_s, **self._counters(), language=final.language),
            **place,
        )
        if final.text and self._desk is not None:
            self._desk.submit(HeardText(text=final.text, language=final.language, **place))

    def _checkpoint(self, audio_s: float) -> None:
        """Gives a resume token where no final does: after an utterance without one, and in a long silence."""
        fields = self._resumption.advance(self._gate, audio_s, **self._counters())
        self.events.emit(Checkpoint, audio_end_s=round(audio_s, 3), **fields)

    def _counters(self) -> dict[str, int]:
        return {
            "seq": self.events.next_seq,
            "utterance_id": self._next_id,
            "utterances": self._utterances,
            "words": self._words,
        }

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
