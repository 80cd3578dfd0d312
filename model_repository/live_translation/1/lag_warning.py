"""Tells a session, once each time, that the server does not keep up with it."""

from __future__ import annotations

from collections.abc import Callable

from partial_pace import PartialPace

from livetranslate.protocol import ErrorCode, LiveTranslateError

BEHIND_S = 5.0
"""Waiting audio from which a session counts as falling behind."""


class LagWarning:
    """Watches how far a session is behind, and how rare its partials have become.

    Args:
        pace: the session's pace of partials.
        step_s: the time between partials that was asked for, seconds.
        warn: takes the warning.
    """

    def __init__(self, pace: PartialPace, step_s: float, warn: Callable[[LiveTranslateError], None]) -> None:
        self._pace = pace
        self._step_s = step_s
        self._warn = warn
        self._is_behind = False

    def watch(self, lag_s: float) -> None:
        """Takes the session's lag, seconds; it warns again only after the session has caught up."""
        if (lag_s > BEHIND_S or self._pace.is_stretched) and not self._is_behind:
            self._is_behind = True
            self._warn(
                LiveTranslateError(
                    ErrorCode.FALLING_BEHIND,
                    f"The server is busy: the session is {max(lag_s, 0.0):.1f} s behind, and partial results come "
                    f"every {self._pace.step_s:.1f} s instead of {self._step_s:g} s. No final is lost.",
                )
            )
        elif lag_s < self._step_s and not self._pace.is_stretched:
            self._is_behind = False
