"""What a session has received, as far as a server must know it to take the session up after a break."""

from __future__ import annotations

from collections import deque

import msgspec

from livetranslate.protocol import (
    Checkpoint,
    Error,
    ErrorCode,
    ResumeRequest,
    SentencePair,
    SessionStarted,
    SessionUpdated,
    TranscriptFinal,
    TranscriptPartial,
    TranslationFinal,
    TranslationPartial,
    Untranslated,
    Warning_,
    Word,
    limits,
)
from livetranslate.received_events import ReceivedEvent

CONTEXT_PAIRS = 5

_NOT_LOST = ErrorCode.TRANSLATION_FALLBACK
"""A warning about a language that is translated all the same."""


class _Numbered(msgspec.Struct):
    seq: int


class SessionProgress:
    """Follows a session's events.

    Args:
        targets: languages that the session translates into.

    Attributes:
        token: the newest resume token; empty before the first, and with a server that gives none.
        resume_from_s: session time from which audio would be sent again.
        last_seq: number of the newest event.
    """

    def __init__(self, targets: tuple[str, ...]) -> None:
        self._targets = targets
        self.token = ""
        self.resume_from_s = 0.0
        self.last_seq = -1
        self._open_id: int | None = None
        self._committed: list[Word] = []
        self._untranslated: dict[int, tuple[TranscriptFinal, set[str]]] = {}
        self._pairs: dict[str, deque[SentencePair]] = {target: deque(maxlen=CONTEXT_PAIRS) for target in targets}
        self._promised: dict[int, dict[str, str]] = {}

    def take(self, received: ReceivedEvent) -> None:
        """Takes in one event, also of a type that this client does not know."""
        event = received.event
        self.last_seq = event.seq if event is not None else msgspec.json.decode(received.raw, type=_Numbered).seq
        if isinstance(event, (SessionStarted, TranscriptFinal, Checkpoint)) and event.resume_token:
            self.token, self.resume_from_s = event.resume_token, event.resume_from_s
        if isinstance(event, SessionUpdated):
            self._retarget(event.targets)
        elif isinstance(event, TranscriptPartial):
            if event.utterance_id != self._open_id:
                self._open_id, self._committed = event.utterance_id, []
            self._committed.extend(event.committed_words)
        elif isinstance(event, TranscriptFinal):
            self._open_id, self._committed = None, []
            self._await_translations(event)
        elif isinstance(event, TranslationPartial):
            if event.committed_text and event.utterance_id is not None:
                self._promised.setdefault(event.utterance_id, {})[event.language] = event.committed_text
        elif isinstance(event, TranslationFinal):
            self._translated(event)
        elif isinstance(event, (Warning_, Error)) and event.language is not None and event.code is not _NOT_LOST:
            self._settle(event.utterance_id, event.language)

    def request(self, *, audio_end_s: float) -> ResumeRequest:
        """What the next server must know; ``audio_end_s`` is the session time of the newest audio there is."""
        missing = [
            Untranslated(
                utterance_id=utterance_id,
                text=final.text[: limits.MAX_TEXT_CHARS],
                targets=tuple(target for target in self._targets if target in targets),
                language=final.language or "",
                audio_start_s=final.audio_start_s or 0.0,
                audio_end_s=final.audio_end_s or 0.0,
                committed=dict(self._promised.get(utterance_id, {})),
            )
            for utterance_id, (final, targets) in self._untranslated.items()
        ]
        return ResumeRequest(
            token=self.token,
            last_seq=self.last_seq,
            audio_end_s=audio_end_s,
            committed_words=tuple(self._committed[-limits.MAX_COMMITTED_WORDS :]),
            committed_translations=self._promised_of_open(),
            untranslated=tuple(missing[-limits.MAX_UNTRANSLATED :]),
            context={target: tuple(pairs) for target, pairs in self._pairs.items() if pairs},
        )

    def _promised_of_open(self) -> dict[str, str]:
        if self._open_id is None or not self._committed:
            return {}
        return {t: text for t, text in self._promised.get(self._open_id, {}).items() if t in self._targets}

    def _retarget(self, targets: tuple[str, ...]) -> None:
        self._targets = targets
        for target in targets:
            self._pairs.setdefault(target, deque(maxlen=CONTEXT_PAIRS))

    def _await_translations(self, final: TranscriptFinal) -> None:
        if final.text and self._targets and final.utterance_id is not None:
            self._untranslated[final.utterance_id] = (final, set(self._targets))
            if len(self._untranslated) > limits.MAX_UNTRANSLATED:
                del self._untranslated[next(iter(self._untranslated))]  # a server is told of no more

    def _translated(self, event: TranslationFinal) -> None:
        known = self._untranslated.get(-1 if event.utterance_id is None else event.utterance_id)
        if known is not None and event.language in self._pairs:
            self._pairs[event.language].append(SentencePair(source=known[0].text, target=event.text))
        self._settle(event.utterance_id, event.language)

    def _settle(self, utterance_id: int | None, language: str) -> None:
        """An utterance's translation came or was given up; without an utterance, all of that language."""
        for key in [key for key in self._untranslated if utterance_id in (None, key)]:
            waiting = self._untranslated[key][1]
            waiting.discard(language)
            self._promised.get(key, {}).pop(language, None)
            if not waiting:
                del self._untranslated[key]
                self._promised.pop(key, None)
