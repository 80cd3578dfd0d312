"""Patience that grows: how long to wait before the next attempt after failures in a row."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass
class Backoff:
    """Exponential back-off that forgets after a quiet time. The first failure of a row costs no wait.

    Attributes:
        base_s: wait after the second failure; doubles with each further one.
        max_s: longest wait.
        quiet_s: success for this long starts the count again.
    """

    base_s: float
    max_s: float
    quiet_s: float = 300.0
    failures: int = 0
    _last_failure_s: float = 0.0

    def failed(self) -> float:
        """Counts a failure and says how many seconds to wait."""
        at = time.monotonic()
        if self.failures and at - self._last_failure_s > self.quiet_s + self.wait_s:
            self.failures = 0
        self.failures += 1
        self._last_failure_s = at
        return self.wait_s

    @property
    def wait_s(self) -> float:
        """The wait that the present count asks for."""
        return min(self.max_s, self.base_s * 2.0 ** (self.failures - 2)) if self.failures > 1 else 0.0
