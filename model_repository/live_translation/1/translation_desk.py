"""Translates what a session hears: every target language at once, each language in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from engines import Translator
from event_stream import EventStream
from heard_text import HeardText
from target_language_worker import TargetLanguageWorker
from translation_history import TranslationHistory

from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions, TranslationPolicy
from livetranslate.protocol.limits import MAX_UNTRANSLATED

STALL_S = 60.0
"""How long a session waits for translated text that does not come, at its end or for room, seconds."""

MAX_WAITING = MAX_UNTRANSLATED // 2
"""Utterances that may wait for one language. Audio then waits too, which slows a file sent fast to the translator's
pace; and what a caller would have to name when it resumes stays within its limit."""

POLL_S = 0.2


class TranslationDesk:
    """One thread a target language, so that a slow language holds up no other and order needs no bookkeeping.

    A resumed session's desk begins with the finals of before the break whose translations had not all arrived.
    """

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
        self._name = name
        self._glossary = dict(options.glossary)
        self._workers: dict[str, TargetLanguageWorker] = {}
        self._leaving: list[TargetLanguageWorker] = []
        self._promised = dict(options.resume.committed_translations) if options.resume else {}
        self._lock = threading.Lock()
        for target in options.targets:
            self._open(target)
        self._resume()

    @property
    def targets(self) -> tuple[str, ...]:
        """The languages that are translated into."""
        return tuple(self._workers)

    def submit(self, heard: HeardText) -> None:
        """Queues a finished utterance for every target language; waits while one of them has too many.

        A language of which nothing comes any more is not waited for: an error says what it misses, and captions go on.
        """
        heard = self._with_promises(heard)
        for worker in self._now():
            if self._has_room(worker):
                worker.mailbox.put(heard)
            else:
                left_out = (
                    f"{worker.mailbox.waiting_finals} utterances wait for a translation that does not come; this one "
                    "gets none."
                )
                worker.fail(LiveTranslateError(ErrorCode.TRANSLATION_FAILED, left_out), heard)
        self._promised = {}

    def follow(self, heard: HeardText) -> None:
        """Shows the desk an open utterance's committed text; it is translated if there is time and a wish for it."""
        if self._options.translation is TranslationPolicy.SIMULTANEOUS and heard.text:
            for worker in self._now():
                worker.mailbox.put(self._with_promises(heard))

    def set_targets(self, targets: Sequence[str], glossary: Mapping[str, dict[str, str]]) -> None:
        """Translates into these languages from now on; what was submitted before is still translated."""
        with self._lock:
            self._glossary |= glossary
            for target in self._workers.keys() - set(targets):
                worker = self._workers.pop(target)
                worker.mailbox.close()
                self._leaving.append(worker)
            for target in targets:
                if target not in self._workers:
                    self._open(target)

    def close(self) -> None:
        """Waits until everything submitted is translated, the session is cancelled, or nothing moves any more.

        A language whose model died under it (its call then never returns) is reported and left behind.
        """
        workers = [*self._leaving, *self._now()]
        for worker in workers:
            worker.mailbox.close()
            worker.progress_at = monotonic()
        for worker in workers:
            while worker.is_alive and not self._is_cancelled() and not self._is_stalled(worker):
                worker.join(POLL_S)
            if worker.is_alive and not self._is_cancelled():
                stalled = f"No translated text came for {STALL_S:g} s; the rest of this language is missing."
                worker.fail(LiveTranslateError(ErrorCode.TRANSLATION_FAILED, stalled))

    def _now(self) -> list[TargetLanguageWorker]:
        with self._lock:
            return list(self._workers.values())

    def _open(self, target: str) -> None:
        resume = self._options.resume
        context = resume.context.get(target, ()) if resume else ()
        self._workers[target] = TargetLanguageWorker(
            target,
            self._options,
            glossary=self._glossary.get(target, {}),
            translator=self._translator,
            history=TranslationHistory.resumed(context, resume.audio_end_s if resume else 0.0),
            events=self._events,
            is_cancelled=self._is_cancelled,
            name=self._name,
        )

    def _resume(self) -> None:
        for missing in self._options.resume.untranslated if self._options.resume else ():
            for target in self._workers.keys() & set(missing.targets):
                self._workers[target].mailbox.put(
                    HeardText(
                        missing.utterance_id,
                        missing.text,
                        missing.language,
                        missing.audio_start_s,
                        missing.audio_end_s,
                        promised=missing.committed,
                    )
                )

    def _with_promises(self, heard: HeardText) -> HeardText:
        """The utterance that was open at a break begins with what its caller has seen of its translations."""
        return heard if not self._promised else heard.with_promises(self._promised)

    def _has_room(self, worker: TargetLanguageWorker) -> bool:
        """Waits for room in a language's queue while anything moves there; False when nothing does."""
        while worker.mailbox.waiting_finals >= MAX_WAITING and not self._is_cancelled():
            if self._is_stalled(worker):
                return False
            time.sleep(POLL_S)
        return True

    def _is_stalled(self, worker: TargetLanguageWorker) -> bool:
        return monotonic() - worker.progress_at >= STALL_S
