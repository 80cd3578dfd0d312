"""Sends responses and notices cancellation on a thread of its own, so that no slow client holds up the engine.

Triton's response senders talk to the server process and block while they do. All of that happens here: the engine's
event loop only puts finished tensors into a queue.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from generation_outputs import Tensors
from request_errors import RequestError

_CANCELLATION_POLL_S = 0.1
_QUESTIONS_PER_S = 50
"""At most so often is the server asked whether a client has left: each question holds up responses for its answer."""


class ResponseSender(Protocol):
    """Triton's ``InferenceResponseSender``."""

    def send(self, response: Any = ..., flags: int = ...) -> None:
        """Sends one response."""

    def is_cancelled(self) -> bool:
        """Whether the client has gone or cancelled."""


@dataclass(frozen=True)
class Codec:
    """How plain values become Triton's objects; given by the adapter, so that this module needs no Triton.

    Attributes:
        response: a response with these tensors.
        error: a response with this error.
        final_flag: flag of a request's last response.
    """

    response: Callable[[Tensors], Any]
    error: Callable[[RequestError], Any]
    final_flag: int


class Reply:
    """One request's way back. Exactly one call ends it: ``send(…, final=True)`` or ``fail``.

    Attributes:
        sender: Triton's sender.
        on_cancelled: called once when the client cancels or leaves first; set it when the work has started.
    """

    def __init__(self, sender: ResponseSender, outbox: queue.SimpleQueue[_Item | None]) -> None:
        self.sender = sender
        self.on_cancelled: Callable[[], object] | None = None
        self._outbox = outbox

    def send(self, tensors: Tensors, *, final: bool) -> None:
        """Queues a response."""
        self._outbox.put(_Item(reply=self, content=tensors, final=final))

    def fail(self, error: RequestError) -> None:
        """Queues the error that ends the request."""
        self._outbox.put(_Item(reply=self, content=error, final=True))


@dataclass(frozen=True)
class _Item:
    reply: Reply
    content: Tensors | RequestError | None
    final: bool


class ResponsePump:
    """The sending thread and the requests it watches."""

    def __init__(self, codec: Codec, *, log_error: Callable[[str], object]) -> None:
        self._codec = codec
        self._log_error = log_error
        self._outbox: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._active: set[Reply] = set()
        self._thread = threading.Thread(target=self._run, name="vllm-responses", daemon=True)
        self._thread.start()

    def open(self, sender: ResponseSender) -> Reply:
        """Starts to watch a request. Its reply ends with exactly one FINAL."""
        reply = Reply(sender, self._outbox)
        self._outbox.put(_Item(reply=reply, content=None, final=False))
        return reply

    def close(self) -> None:
        """Sends what is queued and ends the thread."""
        self._outbox.put(None)
        self._thread.join()

    def _run(self) -> None:
        next_poll_s = time.monotonic()
        while True:
            try:
                item = self._outbox.get(timeout=max(0.0, next_poll_s - time.monotonic()) if self._active else None)
                if item is None:
                    return
                self._handle(item)
            except queue.Empty:
                pass  # time to ask
            # A busy outbox never times out, and its clients may leave all the same.
            if time.monotonic() >= next_poll_s:
                self._poll()
                next_poll_s = time.monotonic() + max(_CANCELLATION_POLL_S, len(self._active) / _QUESTIONS_PER_S)

    def _handle(self, item: _Item) -> None:
        if item.content is None:
            self._active.add(item.reply)
            return
        flags = self._codec.final_flag if item.final else 0
        try:
            if isinstance(item.content, RequestError):
                response = self._codec.error(item.content)
            else:
                response = self._codec.response(item.content)
            item.reply.sender.send(response, flags)
        except Exception as error:  # noqa: BLE001 - one broken stream must not end the thread that serves all others
            self._log_error(f"A response could not be sent: {error}")
        if item.final:
            self._active.discard(item.reply)

    def _poll(self) -> None:
        for reply in tuple(self._active):
            if reply.on_cancelled is not None and reply.sender.is_cancelled():
                on_cancelled, reply.on_cancelled = reply.on_cancelled, None
                on_cancelled()
