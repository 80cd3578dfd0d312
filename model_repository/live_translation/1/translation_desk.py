"""Translates a session's finished utterances: every target language at once, each language in order."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from engines import Translator
from event_stream import EventStream, as_error

from livetranslate.protocol import (
    AUTO,
    ErrorCode,
    LiveTranslateError,
    SentencePair,
    SessionOptions,
    TranslateOptions,
    TranslationFinal,
    TranslationPartial,
)

STALL_S = 60.0
"""How long the end of a session waits for translated text that does not come, seconds."""

CONTEXT_PAIRS = 2
"""Earlier utterances that the prompt carries."""


@dataclass(frozen=True)
class FinalText:
    """An utterance to translate."""

    utterance_id: int
    text: str
    language: str
    audio_start_s: float
    audio_end_s: float


class TranslationDesk:
    """One thread a target language, so that a slow language holds up no other and order needs no bookkeeping."""

    def __init__(
        self,
        options: SessionOptions,
        *,
        translator: Translator,
        events: EventStream,
        is_cancelled: Callable[[], bool],
        name: str,
    ) -> None:
        self._options = options
        self._translator = translator
        self._events = events
        self._is_cancelled = is_cancelled
        self._progress_at = monotonic()
        self._queues: dict[str, queue.SimpleQueue[FinalText | None]] = {t: queue.SimpleQueue() for t in options.targets}
        self._threads = [
            threading.Thread(target=self._work, args=(target,), name=f"translate-{target}-{name}", daemon=True)
            for target in options.targets
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, final: FinalText) -> None:
        """Queues an utterance for every target language."""
        for waiting in self._queues.values():
            waiting.put(final)

    def close(self) -> None:
        """Waits until everything submitted is translated, the session is cancelled, or nothing moves any more.

        A language whose model died under it (its call then never returns) is reported and left behind.
        """
        for waiting in self._queues.values():
            waiting.put(None)
        self._progress_at = monotonic()
        for target, thread in zip(self._queues, self._threads, strict=True):
            while thread.is_alive() and not self._is_cancelled() and monotonic() - self._progress_at < STALL_S:
                thread.join(0.2)
            if thread.is_alive() and not self._is_cancelled():
                stalled = f"No translated text came for {STALL_S:g} s; the rest of this language is missing."
                self._events.fail(
                    LiveTranslateError(ErrorCode.TRANSLATION_FAILED, stalled), fatal=False, language=target
                )

    def _work(self, target: str) -> None:
        context: deque[SentencePair] = deque(maxlen=CONTEXT_PAIRS)
        while (final := self._queues[target].get()) is not None:
            if self._is_cancelled():
                continue
            try:
                translated = self._translate(final, target, tuple(context))
            except Exception as problem:  # noqa: BLE001 - reported, with a code
                # Whatever went wrong with this utterance, the caption stands and the next one is tried.
                self._events.fail(
                    as_error(problem),
                    fatal=False,
                    language=target,
                    utterance_id=final.utterance_id,
                    audio_start_s=final.audio_start_s,
                    audio_end_s=final.audio_end_s,
                )
            else:
                context.append(SentencePair(source=final.text, target=translated))

    def _translate(self, final: FinalText, target: str, context: tuple[SentencePair, ...]) -> str:
        place = {
            "utterance_id": final.utterance_id,
            "audio_start_s": final.audio_start_s,
            "audio_end_s": final.audio_end_s,
            "language": target,
        }

        def show(text: str) -> None:
            self._progress_at = monotonic()
            if self._options.partials:
                self._events.emit(TranslationPartial, text=text, **place)

        if final.language == target:
            # Source "auto" and the speaker used the target language: nothing to translate.
            translated = final.text
        else:
            translated = self._translator.translate(
                final.text,
                TranslateOptions(target=target, source=final.language or AUTO, context=context),
                on_text=show,
                is_cancelled=self._is_cancelled,
            )
        self._progress_at = monotonic()
        self._events.emit(TranslationFinal, text=translated, **place)
        return translated
