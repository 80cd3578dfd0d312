"""When a broken session is tried again, how often, and what its user is told meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Union

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_before_delay, wait_exponential_jitter
from tenacity.wait import wait_base

from livetranslate.protocol import ErrorCode, LiveTranslateError

_PASSING = frozenset(
    {
        ErrorCode.CONNECTION_FAILED,
        ErrorCode.MODEL_UNAVAILABLE,
        ErrorCode.SERVER_BUSY,
        ErrorCode.DEADLINE_EXCEEDED,
        ErrorCode.SESSION_NOT_STARTED,  # the model was loaded again under the session
        ErrorCode.SESSION_ENDED,
        ErrorCode.SESSION_CANCELLED,  # by somebody on the way: this client does not wait for what it cancels
    }
)

_ADVICE_SPREAD = 1.25


@dataclass(frozen=True)
class ReconnectPolicy:
    """How a session goes on after a break, and how it waits for a place on a full server.

    A server that says when to try again (``retry_after_s``) is asked then, and not before.

    Attributes:
        patience_s: how long one break may last, seconds.
        open_patience_s: how long a new session waits where every server is full, seconds; 0 to be refused at once.
        first_wait_s: wait after the first failed attempt; it doubles, with as much jitter again.
        longest_wait_s: longest wait between two attempts.
        max_kept_s: audio kept at most, seconds; while a break lasts, ``send`` waits at this limit.
        max_breaks: breaks in a row between which the session made no progress.
    """

    patience_s: float = 60.0
    open_patience_s: float = 20.0
    first_wait_s: float = 0.25
    longest_wait_s: float = 3.0
    max_kept_s: float = 180.0
    max_breaks: int = 8

    def attempts(self, on_wait: Callable[[int, BaseException], None]) -> AsyncRetrying:
        """Attempts to resume, until one succeeds, the next would come too late, or a failure does not pass.

        Args:
            on_wait: told the number of the attempt that failed and why, before the next is waited for.
        """
        return self._retrying(passes, self.patience_s, on_wait)

    def opening_attempts(self, on_wait: Callable[[int, BaseException], None]) -> AsyncRetrying:
        """Attempts to open a session; only a server that is full, and says when to try again, is asked again."""
        return self._retrying(lambda problem: _advice_s(problem) is not None, self.open_patience_s, on_wait)

    def _retrying(
        self,
        is_worth_it: Callable[[BaseException], bool],
        patience_s: float,
        on_wait: Callable[[int, BaseException], None],
    ) -> AsyncRetrying:

        def failed(state: RetryCallState) -> None:
            problem = state.outcome.exception() if state.outcome else None
            if problem is not None:
                on_wait(state.attempt_number, problem)

        return AsyncRetrying(
            retry=retry_if_exception(is_worth_it),
            stop=stop_before_delay(patience_s),
            wait=_AsAdvised(
                wait_exponential_jitter(multiplier=self.first_wait_s, max=self.longest_wait_s, jitter=self.first_wait_s)
            ),
            before_sleep=failed,
            reraise=True,
        )


class _AsAdvised(wait_base):
    """Waits as long as the server said, and a little more, so that not all whom it refused come back at once."""

    def __init__(self, otherwise: wait_base) -> None:
        self._otherwise = otherwise

    def __call__(self, retry_state: RetryCallState) -> float:
        problem = retry_state.outcome.exception() if retry_state.outcome else None
        advice_s = _advice_s(problem)
        if advice_s is None:
            return self._otherwise(retry_state)
        return advice_s * random.uniform(1.0, _ADVICE_SPREAD)  # noqa: S311 - nobody guards a secret with it


def _advice_s(problem: BaseException | None) -> float | None:
    return problem.retry_after_s if isinstance(problem, LiveTranslateError) else None


DEFAULT_RECONNECT = ReconnectPolicy()


@dataclass(frozen=True)
class Reconnecting:
    """The session is interrupted; audio is kept meanwhile.

    Attributes:
        attempt: attempts that failed so far.
        reason: why the connection, or the newest attempt, failed.
    """

    attempt: int
    reason: LiveTranslateError


@dataclass(frozen=True)
class Reconnected:
    """The session goes on.

    Attributes:
        address: the server that took it up.
        after_s: length of the break, seconds.
    """

    address: str
    after_s: float


ConnectionNotice = Union[Reconnecting, Reconnected]
NoticeTaker = Callable[[ConnectionNotice], None]


def passes(problem: BaseException) -> bool:
    """Whether a failure is one of the connection or the server, not of what was asked for."""
    return isinstance(problem, LiveTranslateError) and problem.code in _PASSING
