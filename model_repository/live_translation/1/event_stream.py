"""Numbers, stamps and sends a session's events, in one order whatever thread they come from."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, Protocol

from livetranslate.protocol import BaseEvent, ErrorCode, LiveTranslateError, encode_event
from livetranslate.protocol.events import Error, Warning_
from livetranslate.protocol.pcm import Samples


class Watch(Protocol):
    """Looks on; what it does must be quick and may not fail."""

    def event(self, event: BaseEvent) -> None:
        """An event is being sent."""

    def received(self, duration_s: float) -> None:
        """So much audio came in."""

    def heard(self, audio: Samples) -> None:
        """An utterance is over; this is its audio, FP32 [n] at 16 kHz."""

    def partials_dropped(self, count: int) -> None:
        """So many partials were due and left out."""

    def ended(self) -> None:
        """No event follows."""


class Unwatched:
    """Nobody looks on."""

    def event(self, event: BaseEvent) -> None:
        """Looks away."""

    def received(self, duration_s: float) -> None:
        """Looks away."""

    def heard(self, audio: Samples) -> None:
        """Looks away."""

    def partials_dropped(self, count: int) -> None:
        """Looks away."""

    def ended(self) -> None:
        """Looks away."""


class EventStream:
    """The way out of a session.

    Args:
        send: sends one encoded event.
        close: tells the transport that no event follows; called once.
        watch: told of every event before it is sent.
    """

    def __init__(self, send: Callable[[bytes], None], close: Callable[[], None], *, watch: Watch | None = None) -> None:
        self._send = send
        self._close = close
        self.watch = watch or Unwatched()
        self._lock = threading.Lock()
        self._seq = 0
        self._closed = False

    @property
    def next_seq(self) -> int:
        """Number of the next event, or an earlier one while others emit."""
        return self._seq

    def start_at(self, seq: int) -> None:
        """Numbers the events of a resumed session on from those of the broken one."""
        self._seq = seq

    def emit(self, kind: type[BaseEvent], **fields: Any) -> None:
        """Sends an event of this kind; after the stream is closed, events go nowhere."""
        with self._lock:
            if self._closed:
                return
            event = kind(seq=self._seq, emitted_at=datetime.now(timezone.utc), **fields)
            self._seq += 1
            self.watch.event(event)
            self._send(encode_event(event))  # type: ignore[arg-type]

    def warn(self, error: LiveTranslateError, **fields: Any) -> None:
        """Reports a problem that the session survives."""
        self.emit(Warning_, code=error.code, category=error.code.category, message=error.message, **fields)

    def fail(self, error: LiveTranslateError, *, fatal: bool, **fields: Any) -> None:
        """Reports a failure."""
        self.emit(Error, code=error.code, category=error.code.category, message=error.message, fatal=fatal, **fields)

    def close(self) -> None:
        """Ends the stream; a second call does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self.watch.ended()
                self._close()


def as_error(problem: BaseException) -> LiveTranslateError:
    """Any exception as one with a code."""
    if isinstance(problem, LiveTranslateError):
        return problem
    return LiveTranslateError(ErrorCode.INTERNAL, f"{type(problem).__name__}: {problem}")
