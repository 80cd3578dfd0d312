"""Requests a minute, evened out: a token bucket a tenant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from livetranslate.access.tenants import Tenant
from livetranslate.protocol.errors import ErrorCode, LiveTranslateError


class RequestRate:
    """Counts requests of tenants.

    A bucket holds as many requests as the tenant has a minute, and fills in a minute; each request takes one out.

    Args:
        clock_s: seconds that only grow.
    """

    def __init__(self, clock_s: Callable[[], float] = monotonic) -> None:
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, tenant: Tenant) -> None:
        """One more request.

        Raises:
            LiveTranslateError: ``QUOTA_EXCEEDED``, with the time until the next request is taken.
        """
        limit = tenant.quotas.requests_per_minute
        if not limit:
            return
        per_s = limit / 60.0
        now = self._clock_s()
        with self._lock:
            left, at_s = self._buckets.get(tenant.name, (float(limit), now))
            left = min(float(limit), left + (now - at_s) * per_s)
            is_taken = left >= 1.0
            self._buckets[tenant.name] = (left - 1.0 if is_taken else left, now)
        if not is_taken:
            wait_s = round((1.0 - left) / per_s, 1) or 0.1
            raise LiveTranslateError(
                ErrorCode.QUOTA_EXCEEDED,
                f"{tenant.name} has used its {limit} requests a minute (requests_per_minute). Try again in {wait_s:g} "
                "s.",
                retry_after_s=wait_s,
            )
