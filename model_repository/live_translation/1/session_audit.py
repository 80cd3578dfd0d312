"""What the audit log gets to know of a session: whose, when, how long, in which languages, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Any

from event_stream import Unwatched

from livetranslate.access import Tenant
from livetranslate.audit import Kind
from livetranslate.protocol import BaseEvent
from livetranslate.protocol.events import Done, Error, SessionStarted, SessionUpdated, TranscriptFinal

Put = Callable[[Kind, dict[str, Any]], None]


class SessionAudit(Unwatched):
    """Gathers one session's facts from its events; no text is kept.

    Args:
        session_id: as the caller sent it.
        tenant: whose it is.
        put: takes records.
    """

    def __init__(self, session_id: str, tenant: Tenant, put: Put) -> None:
        self._facts: dict[str, Any] = {"tenant": tenant.name, "session_id": session_id}
        self._put = put
        self._began_s = monotonic()
        self._audio_s = 0.0
        self._words: Counter[str] = Counter()
        self._targets: list[str] = []
        self._outcome = "CANCELLED"
        self._is_open = False

    def received(self, duration_s: float) -> None:
        """So much audio came in."""
        self._audio_s += duration_s

    def event(self, event: BaseEvent) -> None:
        """An event is being sent."""
        if isinstance(event, TranscriptFinal):
            self._words[event.language or "unknown"] += len(event.words)
        elif isinstance(event, SessionStarted):
            self._is_open = True
            self._targets = list(event.targets)
            self._facts |= {"server_version": event.server_version, "models": event.models}
            self._put(
                Kind.SESSION_STARTED,
                {**self._facts, "source": event.source, "targets": self._targets, "resumed": event.resumed},
            )
        elif isinstance(event, SessionUpdated):
            self._targets = sorted({*self._targets, *event.targets})
        elif isinstance(event, Error) and event.fatal:
            self._outcome = event.code.value
        elif isinstance(event, Done):
            self._outcome = "DONE"

    def ended(self) -> None:
        """No event follows."""
        if not self._is_open:
            return
        self._is_open = False
        self._put(
            Kind.SESSION_ENDED,
            {
                **self._facts,
                "outcome": self._outcome,
                "lasted_s": round(monotonic() - self._began_s, 1),
                "audio_s": round(self._audio_s, 1),
                "words": dict(self._words),
                "targets": self._targets,
            },
        )


def refusal(session_id: str, tenant: Tenant | None, code: str) -> dict[str, Any]:
    """The record of a session that was not let in."""
    return {"tenant": tenant.name if tenant else "", "session_id": session_id, "code": code}
