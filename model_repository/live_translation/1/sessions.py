"""All open sessions of this process, by id."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from admission import Admission
from live_session import LiveSession

from livetranslate.access import ANONYMOUS, Tenant
from livetranslate.protocol import ErrorCode, LiveTranslateError

GOING_AWAY = LiveTranslateError(
    ErrorCode.MODEL_UNAVAILABLE,
    "The server is going away. What was final stays valid; resume the session with its newest token, or open a new one "
    "for the rest.",
)


@dataclass(frozen=True)
class _Entry:
    session: LiveSession
    thread: threading.Thread
    opened_s: float
    tenant: Tenant


class Sessions:
    """Starts sessions on threads of their own and forgets them when they end.

    Args:
        admission: says when one more is too many.
        on_abandoned: told the id of a session that is over although its client sent no END.
    """

    def __init__(self, *, admission: Admission, on_abandoned: Callable[[str], None]) -> None:
        self._admission = admission
        self._on_abandoned = on_abandoned
        self._lock = threading.Lock()
        self._open: dict[str, _Entry] = {}

    def __len__(self) -> int:
        return len(self._open)

    @property
    def backlog_s(self) -> float:
        """Audio of all sessions that waits to be heard, seconds."""
        with self._lock:
            return sum(entry.session.inbox.backlog_s for entry in self._open.values())

    def start(
        self,
        session_id: str,
        make: Callable[[], LiveSession],
        *,
        tenant: Tenant = ANONYMOUS,
        is_resumed: bool = False,
    ) -> LiveSession:
        """Makes and runs a session.

        Args:
            session_id: its id.
            make: makes it, once it is let in.
            tenant: whose it is.
            is_resumed: it goes on with a broken one.

        Raises:
            LiveTranslateError: ``SESSION_ALREADY_STARTED`` when the id is taken; ``SERVER_BUSY`` when too many are
                open; ``QUOTA_EXCEEDED`` when its tenant has too many; whatever ``make`` raises.
        """
        with self._lock:
            if session_id in self._open:
                raise LiveTranslateError(
                    ErrorCode.SESSION_ALREADY_STARTED,
                    f"The session {session_id[:60]!r} is already open; choose another sequence id, a UUID is best.",
                )
            # Whoever reads a session's last event may open the next one at once, before its thread is gone.
            now = monotonic()
            running = [entry for entry in self._open.values() if not entry.session.is_over]
            self._admission.check(
                [now - entry.opened_s for entry in running],
                tenant=tenant,
                held=Counter(entry.tenant.name for entry in running),
                is_resumed=is_resumed,
            )
            session = make()
            thread = threading.Thread(target=self._run, args=(session,), name=f"session-{session_id[:8]}", daemon=True)
            session.announce()
            thread.start()
            self._open[session_id] = _Entry(session, thread, opened_s=now, tenant=tenant)
        return session

    def get(self, session_id: str, tenant: Tenant = ANONYMOUS) -> LiveSession:
        """The open session of this id.

        Raises:
            LiveTranslateError: ``SESSION_ENDED``; also for another tenant's, which does not learn that it is there.
        """
        entry = self._open.get(session_id)
        if entry is None or entry.tenant.name != tenant.name:
            raise LiveTranslateError(
                ErrorCode.SESSION_ENDED,
                f"The session {session_id[:60]!r} is not open: it has ended, or its START was refused. "
                "Start a new one.",
            )
        return entry.session

    def close(self, *, timeout_s: float) -> None:
        """Lets every session finish what it has heard and end with the reason, and waits for them."""
        with self._lock:
            entries = list(self._open.values())
        for entry in entries:
            entry.session.stop(GOING_AWAY, hands_over=True)
        for entry in entries:
            entry.thread.join(timeout_s)

    def _run(self, session: LiveSession) -> None:
        try:
            session.run()
        finally:
            with self._lock:
                self._open.pop(session.session_id, None)
            if not session.end_received:
                self._on_abandoned(session.session_id)
