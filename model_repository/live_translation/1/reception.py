"""Where requests of sessions come in: whose are they, what is wanted, is there room, and what is used up.

What is told here of Triton's request is that it has ``parameters()``, as every model's door asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from daily_audio import DailyAudio
from event_stream import EventStream, as_error
from live_session import LiveSession
from session_audit import SessionAudit, refusal
from session_trace import SessionTrace
from session_watch import SessionWatch
from sessions import Sessions
from watches import Watches

from livetranslate.access import Gate, Tenant
from livetranslate.access.gate import INTERNAL, parameters
from livetranslate.audit import Kind
from livetranslate.audit.writer import AuditWriter
from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions, decode_options
from livetranslate.protocol.metric_reporter import MetricReporter
from livetranslate.tracing import Span, Tracer, make_tracer
from livetranslate.tracing.tracer import NoTracer, parent_of

MakeSession = Callable[[str, SessionOptions, EventStream, "Way", Span], LiveSession]


@dataclass(frozen=True)
class Way:
    """How a session's events leave.

    Attributes:
        send: sends one encoded event.
        close: tells the transport that none follows.
        is_cancelled: whether the caller has gone.
    """

    send: Callable[[bytes], None]
    close: Callable[[], None]
    is_cancelled: Callable[[], bool]


class Reception:
    """Opens sessions, and finds those that are open.

    Args:
        gate: says whose a request is.
        sessions: those open.
        daily_audio: counts what tenants send.
        audit: takes records.
        reporter: takes metrics.
        make: makes a session that was let in.
        tracer: begins their spans.
    """

    def __init__(
        self,
        *,
        gate: Gate,
        sessions: Sessions,
        daily_audio: DailyAudio,
        audit: AuditWriter,
        reporter: MetricReporter,
        make: MakeSession,
        tracer: Tracer | None = None,
    ) -> None:
        self._gate = gate
        self._sessions = sessions
        self._daily_audio = daily_audio
        self._audit = audit
        self._reporter = reporter
        self._make = make
        self._tracer = tracer or NoTracer()

    @classmethod
    def from_environment(
        cls,
        name: str,
        *,
        sessions: Sessions,
        reporter: MetricReporter,
        make: MakeSession,
        on_problem: Callable[[str], object],
    ) -> Reception:
        """The reception of this server, by its environment.

        Args:
            name: of this process, for its counts.
            sessions: those open.
            reporter: takes metrics.
            make: makes a session that was let in.
            on_problem: takes sentences for the log.

        Raises:
            OSError, ValueError: the tenants or the audit log's key cannot be read.
        """
        return cls(
            gate=Gate.from_environment(on_problem=on_problem),
            sessions=sessions,
            daily_audio=DailyAudio.from_environment(name),
            audit=AuditWriter.from_environment(on_problem),
            reporter=reporter,
            make=make,
            tracer=make_tracer("live_translation", name.rpartition("-")[2]),
        )

    def keep_counts(self) -> None:
        """Puts what tenants have used where a restart finds it; now and then, so it may be called often."""
        self._daily_audio.keep_now_and_then()

    def close(self) -> None:
        """Writes what is not yet written."""
        self._audit.close()
        self._tracer.close()
        self._daily_audio.keep()

    def open(self, session_id: str, request: Any, options: bytes | None, way: Way) -> LiveSession | LiveTranslateError:
        """Opens the session, or says why not.

        A refusal goes out as the only event of its stream, but for a full server's: that is left to the caller, who
        can answer so that gRPC's own status says it.
        """
        tenant: Tenant | None = None
        events: EventStream | None = None
        try:
            tenant = self._gate.admit(request)
            span = self._tracer.start("session", parent=parent_of(request, parameters(request)))
            events = EventStream(way.send, way.close, watch=self._watch(session_id, tenant, span))
            self._daily_audio.check(tenant)
            wanted = decode_options(options or b"{}", SessionOptions)
            make = partial(self._make, session_id, wanted, events, way, span)
            return self._sessions.start(session_id, make, tenant=tenant, is_resumed=wanted.resume is not None)
        except Exception as problem:  # noqa: BLE001 - reported, with a code
            error = as_error(problem)
            self._reporter.count("livetranslate_sessions_refused_total", error_type=error.code.value)
            self._audit.put(Kind.SESSION_REFUSED, refusal(session_id, tenant, error.code.value))
            if error.code is not ErrorCode.SERVER_BUSY:
                events = events or EventStream(way.send, way.close)
                events.fail(error, fatal=True)
                events.close()
            return error

    def _watch(self, session_id: str, tenant: Tenant, span: Span) -> Watches:
        # The supervisor's probes are no sessions that anybody had.
        if tenant is INTERNAL:
            return Watches(SessionTrace(span))
        return Watches(
            SessionWatch(self._reporter), SessionAudit(session_id, tenant, self._audit.put), SessionTrace(span)
        )

    def find(self, session_id: str, request: Any) -> LiveSession:
        """The open session that a later request belongs to.

        Raises:
            LiveTranslateError: ``SESSION_ENDED``; ``UNAUTHENTICATED`` or ``PERMISSION_DENIED``.
        """
        return self._sessions.get(session_id, self._gate.identify(request))

    def received(self, session: LiveSession, request: Any, size_bytes: int) -> None:
        """Counts a request's audio; a tenant whose day is used up has its session ended, after what it has sent."""
        duration_s = session.inbox.duration_s(size_bytes)
        session.events.watch.received(duration_s)
        tenant = self._gate.identify(request)
        self._daily_audio.add(tenant, duration_s)
        try:
            self._daily_audio.check(tenant)
        except LiveTranslateError as used_up:
            session.stop(used_up)
