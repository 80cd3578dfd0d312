"""A sentence is sent along a chain of routes until one answers; where none does, the source text passes, marked.

Each route stands behind a circuit breaker and is asked a few times. What the caller sent is refused at once, as every
route would have to; anything else that goes wrong costs time, never the sentence.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from circuit_breaker import BreakerState, CircuitBreaker
from generation import GenerationRequest, IsCancelled, OnText, Route, RouteRefusal, cancelled, is_about_input
from retry_policy import RetryPolicy

from livetranslate.protocol import SOURCE_ROUTE, ErrorCode, LiveTranslateError

SUCCEEDED = "ok"
ABANDONED = "abandoned"
"""Outcomes of attempts; any other is an error code."""

CANCEL_POLL_S = 0.05

_log = logging.getLogger(__name__)


class Observer(Protocol):
    """Is told every step, for metrics; called from many threads, it must be quick and must not raise."""

    def attempt(self, route: str, outcome: str, seconds: float) -> None:
        """An attempt is over: ``ok``, ``abandoned`` (whoever listened failed), or the code of its error."""
        ...

    def breaker(self, route: str, state: BreakerState) -> None:
        """A route's circuit breaker has changed."""
        ...

    def fallback(self, from_route: str, to_route: str) -> None:
        """A sentence goes on to the next route, at last to ``source``."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What became of a sentence.

    Attributes:
        text: the route's raw answer, or the source text.
        route: the name of the route that answered, or ``source``.
        attempts: attempts that were made, of all routes.
        untranslated: whether ``text`` is the source text.
        error: why, when it is: the last failure.
    """

    text: str
    route: str
    attempts: int
    untranslated: bool = False
    error: LiveTranslateError | None = None


def guarded(
    routes: Sequence[Route], observe: Observer, *, failures: int = 3, recovery_s: float = 30.0
) -> list[tuple[Route, CircuitBreaker]]:
    """Each route with a circuit breaker of its own that reports to the observer."""
    return [
        (
            route,
            CircuitBreaker(failures=failures, recovery_s=recovery_s, on_change=partial(observe.breaker, route.name)),
        )
        for route in routes
    ]


class FallbackChain:
    """Routes in the order in which they are asked; any thread may use it.

    Args:
        routes: each with its circuit breaker, which sees every attempt.
        retry: how often each is asked.
        observe: is told every step.

    Raises:
        ValueError: there is no route, or two share a name.
    """

    def __init__(
        self, routes: Sequence[tuple[Route, CircuitBreaker]], *, retry: RetryPolicy, observe: Observer
    ) -> None:
        names = [route.name for route, _ in routes]
        if not names or len({*names, SOURCE_ROUTE}) <= len(names):
            raise ValueError(f"A chain needs routes of different names, none of them {SOURCE_ROUTE!r}; it has {names}.")
        self._routes = tuple(routes)
        self._retry = retry
        self._observe = observe

    def translate(self, request: GenerationRequest, *, on_text: OnText, is_cancelled: IsCancelled) -> Outcome:
        """Asks one route after the other.

        Args:
            request: what to translate, and until when.
            on_text: gets the text so far as it grows. It gets an empty text when text that was shown is not gone on
                with, because another attempt begins or the source text passes.
            is_cancelled: whether nobody wants the answer any more.

        Raises:
            LiveTranslateError: the input is refused (``TEXT_TOO_LONG`` …), or ``SESSION_CANCELLED``.
        """
        return _Translation(self._routes, self._retry, self._observe, request, on_text, is_cancelled).run()


class _Translation:
    """One sentence on its way along the chain."""

    def __init__(
        self,
        routes: tuple[tuple[Route, CircuitBreaker], ...],
        retry: RetryPolicy,
        observe: Observer,
        request: GenerationRequest,
        on_text: OnText,
        is_cancelled: IsCancelled,
    ) -> None:
        self._routes = routes
        self._retry = retry
        self._observe = observe
        self._request = request
        self._shown = _Shown(on_text)
        self._is_cancelled = is_cancelled
        self._attempts = 0

    def run(self) -> Outcome:
        error = LiveTranslateError(ErrorCode.DEADLINE_EXCEEDED, "No time was left to translate. Allow more.")
        for index, (route, breaker) in enumerate(self._routes):
            self._check_wanted()
            is_last = index + 1 == len(self._routes)
            if self._has_time():
                try:
                    text = self._ask(route, breaker)
                except _ListenerFailedError as failed:
                    raise failed.problem from None
                except LiveTranslateError as problem:
                    if is_about_input(problem):
                        raise
                    error = problem
                else:
                    return Outcome(text, route.name, self._attempts)
            self._check_wanted()
            if is_last or not self._has_time():
                self._observe.fallback(route.name, SOURCE_ROUTE)
                break
            self._observe.fallback(route.name, self._routes[index + 1][0].name)
        self._shown.begin_anew()
        return Outcome(self._request.text, SOURCE_ROUTE, self._attempts, untranslated=True, error=error)

    def _ask(self, route: Route, breaker: CircuitBreaker) -> str:
        attempts = self._retry.retrying(self._request.deadline, sleep=self._sleep)
        return attempts(self._attempt, route, breaker)

    def _attempt(self, route: Route, breaker: CircuitBreaker) -> str:
        permit = breaker.admit()
        if permit is None:
            raise RouteRefusal(
                ErrorCode.MODEL_UNAVAILABLE,
                f"The route {route.name!r} failed several times and is left alone for a while. Try again later.",
            )
        self._attempts += 1
        began_at = time.monotonic()
        outcome = ABANDONED
        try:
            with permit:
                try:
                    self._shown.begin_anew()
                    text = route.generate(self._request, on_text=self._shown, is_cancelled=self._is_cancelled)
                except Exception as problem:
                    if self._shown.problem is not None:
                        raise _ListenerFailedError(self._shown.problem) from problem
                    error = _as_error(problem, route)
                    outcome = error.code.value
                    if self._is_at_fault(error, seconds=time.monotonic() - began_at):
                        permit.failed()
                    if error is problem:
                        raise
                    raise error from problem
                permit.succeeded()
                outcome = SUCCEEDED
                return text
        finally:
            self._observe.attempt(route.name, outcome, time.monotonic() - began_at)

    def _is_at_fault(self, error: LiveTranslateError, *, seconds: float) -> bool:
        if isinstance(error, RouteRefusal):
            return error.faulty
        if is_about_input(error) or self._is_cancelled():
            return False
        return self._retry.tells_against(error, was_heard=self._shown.was_heard, seconds=seconds)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left_s := until - time.monotonic()) > 0:
            self._check_wanted()
            time.sleep(min(left_s, CANCEL_POLL_S))
        self._check_wanted()

    def _has_time(self) -> bool:
        return self._retry.has_time(self._request.deadline)

    def _check_wanted(self) -> None:
        if self._is_cancelled():
            raise cancelled()


class _Shown:
    """What the caller was shown of the attempt under way."""

    def __init__(self, on_text: OnText) -> None:
        self._on_text = on_text
        self._is_visible = False
        self.was_heard = False
        self.problem: Exception | None = None

    def begin_anew(self) -> None:
        self.was_heard = False
        if self._is_visible:
            self._show("")

    def __call__(self, so_far: str) -> None:
        self.was_heard = True
        self._show(so_far)

    def _show(self, text: str) -> None:
        self._is_visible = bool(text)
        try:
            self._on_text(text)
        except Exception as problem:
            # On its way out it passes through the route, which is not to blame, and may turn it into something else.
            self.problem = problem
            raise


class _ListenerFailedError(Exception):
    """``on_text`` raised: no route can mend that."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _as_error(problem: Exception, route: Route) -> LiveTranslateError:
    if isinstance(problem, LiveTranslateError):
        return problem
    # Its message may hold somebody's text: the log gets its kind and its place.
    place = traceback.extract_tb(problem.__traceback__)[-1]
    kind = type(problem).__name__
    _log.error("The route %s failed with %s at %s:%s.", route.name, kind, place.filename, place.lineno)
    return LiveTranslateError(ErrorCode.INTERNAL, f"The route {route.name!r} failed unexpectedly ({kind}).")
