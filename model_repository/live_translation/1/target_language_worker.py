"""One target language of a session: a thread that translates its utterances in order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from engines import Translator
from event_stream import EventStream, as_error
from heard_text import HeardText, TextMailbox
from translation_history import TranslationHistory
from utterance_translation import UtteranceTranslation

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    SessionOptions,
    TranslationFinal,
    TranslationPartial,
    TranslationResult,
)

MAIN_ROUTE = "llm"


class TargetLanguageWorker:
    """Takes texts from its mailbox and emits their translations.

    Attributes:
        mailbox: where the desk leaves texts.
        progress_at: when anything was last heard of a translation, monotonic seconds.
    """

    def __init__(
        self,
        target: str,
        options: SessionOptions,
        *,
        glossary: dict[str, str],
        translator: Translator,
        history: TranslationHistory,
        events: EventStream,
        is_cancelled: Callable[[], bool],
        name: str,
    ) -> None:
        self.mailbox = TextMailbox()
        self.progress_at = monotonic()
        self._target = target
        self._options = options
        self._glossary = glossary
        self._translator = translator
        self._history = history
        self._events = events
        self._is_cancelled = is_cancelled
        self._route = MAIN_ROUTE
        self._open: tuple[int, UtteranceTranslation] | None = None
        self._shown: HeardText | None = None
        self._thread = threading.Thread(target=self._work, name=f"translate-{target}-{name}", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it has more to do."""
        return self._thread.is_alive()

    def join(self, timeout_s: float) -> None:
        """Waits for its end."""
        self._thread.join(timeout_s)

    def fail(self, error: LiveTranslateError, heard: HeardText | None = None) -> None:
        """Reports what this language misses."""
        place = {} if heard is None else heard.place
        self._events.fail(error, fatal=False, language=self._target, **place)

    def _work(self) -> None:
        while (heard := self.mailbox.take()) is not None:
            if self._is_cancelled():
                continue
            self.progress_at = monotonic()
            try:
                self._translate(heard)
            except Exception as problem:  # noqa: BLE001 - reported, with a code
                # Whatever went wrong with this utterance, the caption stands and the next one is tried. Half a
                # sentence is not worth a report: its final will tell.
                if heard.is_final:
                    self._open = None
                    self.fail(as_error(problem), heard)

    def _translate(self, heard: HeardText) -> None:
        if self._open is None or self._open[0] != heard.utterance_id:
            self._open = heard.utterance_id, self._begin(heard)
        self._shown = heard
        translation = self._open[1]
        if not heard.is_final:
            translation.follow(heard, is_outdated=lambda: self.mailbox.waiting_finals > 0)
            return
        result = translation.finish(heard)
        self._open = None
        self.progress_at = monotonic()
        self._tell_route(result)
        self._events.emit(
            TranslationFinal,
            text=result.text,
            language=self._target,
            untranslated=result.untranslated,
            route=result.route,
            flags=result.flags,
            lost=result.lost,
            **heard.place,
        )

    def _begin(self, heard: HeardText) -> UtteranceTranslation:
        return UtteranceTranslation(
            target=self._target,
            options=self._options,
            glossary=self._glossary,
            translator=self._translator,
            history=self._history,
            show=self._show,
            is_cancelled=self._is_cancelled,
            promised=heard.promised.get(self._target, ""),
        )

    def _show(self, text: str, committed: str) -> None:
        self.progress_at = monotonic()
        if self._options.partials and self._shown is not None:
            self._events.emit(
                TranslationPartial, text=text, committed_text=committed, language=self._target, **self._shown.place
            )

    def _tell_route(self, result: TranslationResult) -> None:
        """Says once when translations come from somewhere else than before."""
        if result.route in ("", self._route):
            return
        was, self._route = self._route, result.route
        instead = "the words are passed on as they were said" if result.untranslated else "another model translates"
        what = "the first choice translates again" if result.route == MAIN_ROUTE else instead
        self._events.warn(
            LiveTranslateError(
                ErrorCode.TRANSLATION_FALLBACK,
                f"Translations into {self._target!r} came by way of {was!r} and now come by {result.route!r}: {what}.",
            ),
            language=self._target,
        )
