"""Checks that options of every kind share."""

from __future__ import annotations

from livetranslate.protocol.errors import ErrorCode, LiveTranslateError


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Refuses a value outside [low, high], and NaN."""
    if not low <= value <= high:
        raise LiveTranslateError(ErrorCode.OPTION_INVALID, f"Option {name} is {value:g}; allowed: {low:g} to {high:g}.")
