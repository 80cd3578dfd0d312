"""When each moment of a session's audio came in, so that the delay of a word can be told without the caller's help.

Only audio that comes as fast as it is spoken has a delay that anybody feels. Of what comes faster (a file, the audio
that is sent again after a break) nothing is told.
"""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic

LOOK_BACK_S = 2.0
FASTEST = 2.0
"""Audio is live while no more than this many seconds of it came per second of the last two."""

MAX_MARKS = 4096
ROUNDING_S = 0.001


class ArrivalTimes:
    """Marks of (audio time, arrival), oldest first.

    Args:
        start_s: audio time at which the session begins.
    """

    def __init__(self, start_s: float) -> None:
        self._lock = threading.Lock()
        self._end_s = start_s
        self._marks: deque[tuple[float, float, bool]] = deque(maxlen=MAX_MARKS)
        self._recent: deque[tuple[float, float]] = deque([(start_s, monotonic())])

    def add(self, duration_s: float) -> None:
        """So much more audio came."""
        now = monotonic()
        with self._lock:
            self._end_s += duration_s
            while len(self._recent) > 1 and now - self._recent[1][1] >= LOOK_BACK_S:
                self._recent.popleft()
            is_live = self._end_s - self._recent[0][0] - duration_s <= FASTEST * LOOK_BACK_S
            self._recent.append((self._end_s, now))
            self._marks.append((self._end_s, now, is_live))

    def age_s(self, audio_s: float) -> float | None:
        """How long ago this moment of the audio came, seconds; None when it did not come live, or too long ago."""
        with self._lock:
            audio_s = min(audio_s, self._end_s)  # a last word is sometimes said to end in the padding
            for end_s, arrived_at, is_live in self._marks:
                if end_s >= audio_s - ROUNDING_S:
                    return monotonic() - arrived_at if is_live else None
        return None

    def forget_before(self, audio_s: float) -> None:
        """Forgets what came before this moment of the audio."""
        with self._lock:
            while self._marks and self._marks[0][0] < audio_s:
                self._marks.popleft()
