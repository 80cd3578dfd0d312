"""Streaming calls that may never return, given up in time.

A call into another model of the server hangs for ever when that model's process is killed, and Python cannot interrupt
it. So it runs in a thread of its own, which is left behind when it is given up. Such threads are counted and bounded:
each holds a request in the server. They are daemons, unlike those of ``concurrent.futures``, for which Python waits
before it ends.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from generation import GenerationRequest, IsCancelled, OnText, Route, cancelled

from livetranslate.protocol import ErrorCode, LiveTranslateError

StreamingCall = Callable[[OnText, IsCancelled], str]
"""Tells the text so far as it grows, stops soon after it is cancelled, and returns the whole."""

POLL_S = 0.05
"""How long a cancelled session may go unnoticed, seconds."""


@dataclass(frozen=True)
class _Text:
    so_far: str


@dataclass(frozen=True)
class _Answer:
    text: str


class BoundedCalls:
    """Makes calls and gives up those from which nothing comes.

    Args:
        name: what is called; part of errors.
        max_abandoned: calls that may hang at a time; when so many do, further ones are refused at once. A model that is
            killed leaves all behind that it was answering, so this should be several times as many as run at once.
    """

    def __init__(self, name: str, *, max_abandoned: int = 256) -> None:
        if max_abandoned < 1:
            raise ValueError(f"max_abandoned of {name!r} is {max_abandoned}; at least 1 call must be allowed to hang.")
        self._name = name
        self._max_abandoned = max_abandoned
        self._lock = threading.Lock()
        self._abandoned = 0

    @property
    def abandoned(self) -> int:
        """Calls that were given up and have not returned."""
        return self._abandoned

    def run(
        self, call: StreamingCall, *, deadline: float, silence_s: float, on_text: OnText, is_cancelled: IsCancelled
    ) -> str:
        """Makes one call; ``on_text`` runs in the caller's thread, so never after this returns.

        Args:
            call: what to call.
            deadline: when to give up, in seconds of ``time.monotonic``.
            silence_s: longest time without any text, before the first as well as between two, seconds.
            on_text: gets the text so far.
            is_cancelled: whether nobody wants the answer any more; asked every 50 ms.

        Raises:
            LiveTranslateError: ``DEADLINE_EXCEEDED``; ``MODEL_UNAVAILABLE`` when nothing came for ``silence_s``, or
                too many calls hang; ``SESSION_CANCELLED``; or what the call itself raised.
        """
        if self._abandoned >= self._max_abandoned:
            raise LiveTranslateError(
                ErrorCode.MODEL_UNAVAILABLE,
                f"{self._abandoned} calls of {self._name!r} hang, which is the limit; it is not called before some of "
                "them return. If they do not, the server must be restarted.",
            )
        running = _RunningCall(self, call)
        # In the caller's context: a call belongs to the trace of the sentence.
        work = partial(contextvars.copy_context().run, running.work)
        threading.Thread(target=work, name=f"call-{self._name}", daemon=True).start()
        try:
            return self._listen(running, deadline, silence_s, on_text, is_cancelled)
        finally:
            running.leave()

    def _listen(
        self, running: _RunningCall, deadline: float, silence_s: float, on_text: OnText, is_cancelled: IsCancelled
    ) -> str:
        silent_at = time.monotonic() + silence_s
        while True:
            until = min(deadline, silent_at, time.monotonic() + POLL_S)
            try:
                news = running.news.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                news = None
            if isinstance(news, _Answer):
                return news.text
            if isinstance(news, BaseException):
                raise news
            if is_cancelled():
                raise cancelled()
            if time.monotonic() >= deadline:
                raise LiveTranslateError(
                    ErrorCode.DEADLINE_EXCEEDED,
                    f"The answer of {self._name!r} was not complete in time. Send less text, or allow more time.",
                )
            if isinstance(news, _Text):
                on_text(news.so_far)
                silent_at = time.monotonic() + silence_s
            elif time.monotonic() >= silent_at:
                raise LiveTranslateError(
                    ErrorCode.MODEL_UNAVAILABLE,
                    f"Nothing came from {self._name!r} for {silence_s:g} s, which is the limit. Try again later.",
                )

    def _count(self, change: int) -> None:
        with self._lock:
            self._abandoned += change


class _RunningCall:
    """One call, between the thread that makes it and the one that waits for it."""

    def __init__(self, calls: BoundedCalls, call: StreamingCall) -> None:
        self.news: queue.SimpleQueue[_Text | _Answer | BaseException] = queue.SimpleQueue()
        self._calls = calls
        self._call = call
        self._lock = threading.Lock()
        self._returned = False
        self._left = False

    def work(self) -> None:
        """Makes the call, in its own thread."""
        try:
            outcome: _Answer | BaseException = _Answer(self._call(self._tell, self._is_left))
        except BaseException as problem:  # noqa: BLE001 - raised where the caller waits
            outcome = problem
        with self._lock:
            self._returned = True
            if self._left:
                self._calls._count(-1)
        self.news.put(outcome)

    def leave(self) -> None:
        """The caller goes; a call that has not returned is abandoned."""
        with self._lock:
            self._left = True
            if not self._returned:
                self._calls._count(1)

    def _tell(self, so_far: str) -> None:
        if not self._left:
            self.news.put(_Text(so_far))

    def _is_left(self) -> bool:
        return self._left


class BoundedRoute:
    """A route whose answers are waited for only so long; ``silence_s`` as in :meth:`BoundedCalls.run`."""

    def __init__(self, route: Route, calls: BoundedCalls, *, silence_s: float) -> None:
        self._route = route
        self._calls = calls
        self._silence_s = silence_s

    @property
    def name(self) -> str:
        """The route's own name."""
        return self._route.name

    def generate(self, request: GenerationRequest, *, on_text: OnText, is_cancelled: IsCancelled) -> str:
        """The route's answer; raises what :meth:`BoundedCalls.run` raises."""
        return self._calls.run(
            lambda tell, is_left: self._route.generate(request, on_text=tell, is_cancelled=is_left),
            deadline=request.deadline,
            silence_s=self._silence_s,
            on_text=on_text,
            is_cancelled=is_cancelled,
        )
