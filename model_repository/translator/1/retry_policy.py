"""When a route that failed is asked once more: after a while that grows, and never too late for its caller."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from generation import is_worth_repeating
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from livetranslate.protocol import ErrorCode, LiveTranslateError

_ADVICE_SPREAD = 1.25


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how soon a route is asked again, and which of its failures tell against it.

    Attributes:
        attempts: attempts at one route, the first included.
        first_wait_s: wait after the first that failed; it doubles, with as much jitter again.
        longest_wait_s: longest wait; a server that asks for a longer one is not waited for.
        shortest_attempt_s: time that must be left for an attempt to begin.
        fair_chance_s: time within which a sound route says something. Whom a caller gave less is not at fault.
    """

    attempts: int = 3
    first_wait_s: float = 0.2
    longest_wait_s: float = 2.0
    shortest_attempt_s: float = 0.2
    fair_chance_s: float = 2.0

    def __post_init__(self) -> None:
        times = (self.first_wait_s, self.longest_wait_s, self.shortest_attempt_s, self.fair_chance_s)
        if self.attempts < 1 or not all(value >= 0 for value in times):
            raise ValueError(f"A retry policy needs at least 1 attempt and times of 0 s or more; it is {self}.")

    def has_time(self, deadline: float, *, after_s: float = 0.0) -> bool:
        """Whether an attempt that begins in ``after_s`` seconds may end before the deadline."""
        return time.monotonic() + after_s + self.shortest_attempt_s <= deadline

    def tells_against(self, error: LiveTranslateError, *, was_heard: bool, seconds: float) -> bool:
        """Whether a failure that a repetition may mend is a fault of the route, for its circuit breaker to count.

        A full queue is none: a model that refuses what it cannot do is sound, and to shut it off because of one burst
        would leave every session without it. Nor is a deadline that ran out while text came, or came too soon.
        """
        if error.code in (ErrorCode.SERVER_BUSY, ErrorCode.QUOTA_EXCEEDED):
            return False
        if error.code is ErrorCode.DEADLINE_EXCEEDED:
            return not was_heard and seconds >= self.fair_chance_s
        return True

    def retrying(self, deadline: float, *, sleep: Callable[[float], None]) -> Retrying:
        """Attempts at one route; when they end, the last failure is raised."""

        def would_be_too_late(state: RetryCallState) -> bool:
            wait_s = state.upcoming_sleep
            return wait_s > self.longest_wait_s or not self.has_time(deadline, after_s=wait_s)

        return Retrying(
            retry=retry_if_exception(is_worth_repeating),
            stop=lambda state: stop_after_attempt(self.attempts)(state) or would_be_too_late(state),
            wait=self._wait_s,
            sleep=sleep,
            reraise=True,
        )

    def _wait_s(self, state: RetryCallState) -> float:
        problem = state.outcome.exception() if state.outcome else None
        advice_s = problem.retry_after_s if isinstance(problem, LiveTranslateError) else None
        if advice_s is None:
            backoff = wait_exponential_jitter(
                multiplier=self.first_wait_s, max=self.longest_wait_s, jitter=self.first_wait_s
            )
            return backoff(state)
        # A little more than asked for, so that not all who were refused come back at once.
        return advice_s * random.uniform(1.0, _ADVICE_SPREAD)  # noqa: S311 - nobody guards a secret with it
