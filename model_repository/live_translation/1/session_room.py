"""How many live sessions this machine has room for: measured, since nobody can know it of every machine.

What tells is how long a recognition takes, its queue included: alone a session's takes a tenth of a second, and when
the machine is full all of them take longer and partials become rare. The time grows about as the number of sessions
does, so from what those that are in take one can tell how many would take the time that is still good. A new session
shows only after some seconds what it costs; until then it is counted, and not yet trusted as a measure.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

WINDOW_S = 5.0
"""Recognitions of so many last seconds are the measure."""

SETTLING_S = 3.0
"""Age from which a session counts as a measure of what sessions cost."""

FASTEST_GROWTH = 2.0
"""However quick recognitions are, the number of settled sessions at most doubles before they are measured again."""

FEWEST_RECOGNITIONS = 4
"""Fewer say nothing: one of them may have met a hiccup."""


class SessionRoom:
    """How many sessions may be open now.

    Args:
        recognition_s: how long recognitions may take on average, seconds; 0: any time, so there is always room.
        at_first: sessions that are let in before anything is known, and always.
        clock: seconds, monotonic.
    """

    def __init__(self, recognition_s: float, *, at_first: int, clock: Callable[[], float] = monotonic) -> None:
        self._target_s = recognition_s
        self._at_first = at_first
        self._clock = clock
        self._lock = threading.Lock()
        self._recent: deque[tuple[float, float]] = deque()

    def recognised(self, duration_s: float) -> None:
        """A recognition took so long, waiting included."""
        now = self._clock()
        with self._lock:
            self._recent.append((now, duration_s))
            self._forget(now)

    @property
    def recognition_s(self) -> float:
        """How long recognitions take now, on average; 0 when there are too few to tell."""
        with self._lock:
            self._forget(self._clock())
            if len(self._recent) < FEWEST_RECOGNITIONS:
                return 0.0
            return sum(duration_s for _, duration_s in self._recent) / len(self._recent)

    def limit(self, ages_s: list[float]) -> int | None:
        """How many sessions may be open, given the ages of those that are; None: as many as come."""
        if not self._target_s:
            return None
        settled = sum(age_s >= SETTLING_S for age_s in ages_s)
        now_s = self.recognition_s
        growth = FASTEST_GROWTH if now_s == 0 else min(self._target_s / now_s, FASTEST_GROWTH)
        return max(self._at_first, int(settled * growth))

    def _forget(self, now: float) -> None:
        while self._recent and now - self._recent[0][0] > WINDOW_S:
            self._recent.popleft()
