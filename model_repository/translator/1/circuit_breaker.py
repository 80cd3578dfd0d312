"""A circuit breaker: what fails again and again is left alone for a while, then tried by one call at a time.

::

    permit = breaker.admit()
    if permit is None:
        ...  # open: go elsewhere
    with permit:  # whoever leaves without a report frees the place and says nothing of what was called
        ...
        permit.succeeded()

Own code, since no library fits calls that overlap in threads and may hang. pybreaker 1.4 holds its lock during a whole
call, so sessions would translate one after the other, and all of them behind the one that hangs. As context managers
pybreaker, purgatory 3.0 and circuitbreaker 2.1 let every caller through once they are half open, which is when a model
that is just coming back can bear it least; aiobreaker 1.2 is for asyncio. All take an excluded error for a success, so
that a cancelled probe would close the circuit, and pybreaker and purgatory measure the pause by the wall clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum


class BreakerState(str, Enum):
    """Whether calls go through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Permit:
    """Leave to make one call. Its first report counts, any later one does not."""

    def __init__(self, breaker: CircuitBreaker, epoch: int) -> None:
        self._breaker = breaker
        self._epoch = epoch

    def succeeded(self) -> None:
        """What was called has answered."""
        self._breaker._report(self, self._epoch, succeeded=True)

    def failed(self) -> None:
        """What was called is at fault."""
        self._breaker._report(self, self._epoch, succeeded=False)

    def abandoned(self) -> None:
        """The call says nothing of what was called: it was cancelled, or its input was refused."""
        self._breaker._report(self, self._epoch, succeeded=None)

    def __enter__(self) -> Permit:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandoned()


class CircuitBreaker:
    """Opens after some failures in a row; any thread may call it.

    Args:
        failures: failures in a row that open it.
        recovery_s: how long it then stays open, seconds. A probe that has not reported after as long again is given
            up, so that a thread that was lost does not keep the circuit half open for ever.
        clock: the time, seconds.
        on_change: told each new state, one after the other; it must be quick and must not raise.

    Raises:
        ValueError: no failures, or no time.
    """

    def __init__(
        self,
        *,
        failures: int = 3,
        recovery_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        on_change: Callable[[BreakerState], None] | None = None,
    ) -> None:
        if failures < 1 or not recovery_s > 0:
            raise ValueError(
                f"A circuit breaker opens after at least 1 failure, for more than 0 s; failures is {failures}, "
                f"recovery_s is {recovery_s:g}."
            )
        self._max_failures = failures
        self._recovery_s = recovery_s
        self._clock = clock
        self._on_change = on_change
        # Reentrant, as on_change may ask for the state; held during on_change, as gauges must see the last state last.
        self._lock = threading.RLock()
        self._state = BreakerState.CLOSED
        self._failures = 0
        self._epoch = 0
        self._opened_at = 0.0
        self._probe: Permit | None = None
        self._probe_began_at = 0.0

    @property
    def state(self) -> BreakerState:
        """The state; an open circuit turns half open only when the next call comes."""
        return self._state

    def admit(self) -> Permit | None:
        """Leave for one call, or None while there is none: the circuit is open, or its probe is under way."""
        with self._lock:
            now = self._clock()
            if self._state is BreakerState.OPEN and now - self._opened_at >= self._recovery_s:
                self._change(BreakerState.HALF_OPEN)
            if self._state is BreakerState.OPEN:
                return None
            permit = Permit(self, self._epoch)
            if self._state is BreakerState.HALF_OPEN:
                if self._probe is not None and now - self._probe_began_at < self._recovery_s:
                    return None
                self._probe, self._probe_began_at = permit, now
            return permit

    def _report(self, permit: Permit, epoch: int, *, succeeded: bool | None) -> None:
        with self._lock:
            # Whoever was admitted in an earlier state reports of a time that is over.
            if epoch != self._epoch or permit._epoch < 0:
                return
            permit._epoch = -1
            if permit is self._probe:
                self._probe = None
            if succeeded is None:
                return
            if succeeded:
                self._failures = 0
                if self._state is BreakerState.HALF_OPEN:
                    self._change(BreakerState.CLOSED)
                return
            self._failures += 1
            if self._state is BreakerState.HALF_OPEN or self._failures >= self._max_failures:
                self._opened_at = self._clock()
                self._change(BreakerState.OPEN)

    def _change(self, state: BreakerState) -> None:
        self._state = state
        self._epoch += 1
        self._failures = 0
        self._probe = None
        if self._on_change is not None:
            self._on_change(state)
