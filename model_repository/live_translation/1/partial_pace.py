"""How often an utterance is decoded for a partial: by the clock while the machine is free, more rarely when it is not.

Partials are what a busy server gives up first. Each session sees how long its own decodings take, waiting included,
and leaves as much time between two of them; all sessions together thus take the load back until it fits, and none
needs to know of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

FIRST_STEP_S = 0.6
"""Speech after which an utterance is decoded first: a word or two are there."""

_SHARE = 0.5
"""Share of a session's time that its decodings may take."""

_SMOOTHING = 0.5


class PartialPace:
    """The time between two partial decodings of one session.

    Args:
        min_step_s: shortest time, seconds of audio.
        max_step_s: longest time.
        on_dropped: told how many partials were due by the shortest time and left out.
    """

    def __init__(
        self, min_step_s: float, max_step_s: float, *, on_dropped: Callable[[int], None] | None = None
    ) -> None:
        self._on_dropped = on_dropped
        self._min_step_s = min_step_s
        self._max_step_s = max(min_step_s, max_step_s)
        self._decoding_s = 0.0

    @property
    def step_s(self) -> float:
        """The time between two decodings now, seconds."""
        return min(max(self._min_step_s, self._decoding_s / _SHARE), self._max_step_s)

    @property
    def is_stretched(self) -> bool:
        """Whether partials are rarer than was asked for."""
        return self.step_s > 1.5 * self._min_step_s

    def is_due(self, undecoded_s: float, *, is_first: bool) -> bool:
        """Whether to decode when so much audio came since the last decoding."""
        if undecoded_s < (min(FIRST_STEP_S, self._min_step_s) if is_first and not self.is_stretched else self.step_s):
            return False
        dropped = int(undecoded_s / self._min_step_s) - 1
        if dropped > 0 and self._on_dropped is not None:
            self._on_dropped(dropped)
        return True

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Times one decoding."""
        began = monotonic()
        yield
        self._decoding_s += _SMOOTHING * (monotonic() - began - self._decoding_s)
