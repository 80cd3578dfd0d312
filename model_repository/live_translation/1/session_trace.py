"""A session as one span of its trace: from its first event to its last."""

from __future__ import annotations

from event_stream import Unwatched

from livetranslate.protocol import BaseEvent
from livetranslate.protocol.events import Done, Error, SessionStarted
from livetranslate.tracing.spans import Span


class SessionTrace(Unwatched):
    """Puts a session's facts on its span, and ends it.

    Args:
        span: begun when the START came in.
    """

    def __init__(self, span: Span) -> None:
        self._span = span
        self._error: str | None = "CANCELLED"

    def event(self, event: BaseEvent) -> None:
        """An event is being sent."""
        if isinstance(event, SessionStarted):
            self._span.set(session_id=event.session_id, source=event.source, targets=",".join(event.targets))
            self._span.set(resumed=event.resumed)
        elif isinstance(event, Error) and event.fatal:
            self._error = event.code.value
        elif isinstance(event, Done):
            self._error = None
            self._span.set(audio_s=event.audio_s, utterances=event.utterances, words=event.words)

    def ended(self) -> None:
        """No event follows."""
        self._span.end(self._error)
