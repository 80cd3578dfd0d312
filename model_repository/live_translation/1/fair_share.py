"""Who gets the last places when tenants compete for them: those with less than their share that wait, first.

Nobody's session is ended for another's sake, and a tenant that is alone may take the whole server. But once somebody
with fewer sessions was turned away, a place that becomes free is kept for that one for a while: whoever already holds
a fair share (max-min fairness: the places over the tenants that want some) is refused meanwhile, however often it asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from time import monotonic

KEPT_S = 15.0
"""So long a place is kept for a tenant that was refused: it was told to come back in five seconds, and may be late."""


class FairShare:
    """Remembers who waits.

    Args:
        clock_s: seconds that only grow.
        kept_s: how long a place is kept for one who was refused, seconds.
    """

    def __init__(self, clock_s: Callable[[], float] = monotonic, kept_s: float = KEPT_S) -> None:
        self._clock_s = clock_s
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._refused_at: dict[str, float] = {}

    def refused(self, tenant: str) -> None:
        """There was no place for this tenant."""
        with self._lock:
            self._refused_at[tenant] = self._clock_s()

    def admitted(self, tenant: str) -> None:
        """It has got one."""
        with self._lock:
            self._refused_at.pop(tenant, None)

    def admits(self, tenant: str, held: Mapping[str, int], places: int) -> bool:
        """Whether the tenant may have one of the free places.

        Args:
            tenant: who asks.
            held: sessions open, by tenant.
            places: how many there can be.
        """
        with self._lock:
            now = self._clock_s()
            self._refused_at = {name: at for name, at in self._refused_at.items() if now - at <= self._kept_s}
            own = held.get(tenant, 0)
            share = places / len({*held, *self._refused_at, tenant})
            waiting = [name for name in self._refused_at if name != tenant and held.get(name, 0) < min(own, share)]
        free = places - sum(held.values())
        return own < share or free > len(waiting)
