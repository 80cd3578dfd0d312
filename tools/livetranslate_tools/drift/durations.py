"""Lengths of time as people write them, and as Prometheus does: ``90s``, ``15m``, ``36h``, ``7d``."""

from __future__ import annotations

import re

from livetranslate_tools.drift.errors import DriftError

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


def is_duration(text: str) -> bool:
    """Whether the text is a length of time and not, say, a file's name."""
    return _DURATION.fullmatch(text) is not None


def seconds(text: str) -> float:
    """Seconds of ``15m``.

    Raises:
        DriftError: it is no such text, or zero.
    """
    match = _DURATION.fullmatch(text)
    if match is None or float(match[1]) == 0:
        raise DriftError(f"{text!r} is no length of time; write a number and one of s, m, h, d, w, such as 15m or 7d.")
    return float(match[1]) * _SECONDS[match[2]]


def text(duration_s: float) -> str:
    """The shortest exact way to write it: ``15m`` for 900."""
    for unit in ("d", "h", "m"):
        if duration_s >= _SECONDS[unit] and duration_s % _SECONDS[unit] == 0:
            return f"{duration_s / _SECONDS[unit]:g}{unit}"
    return f"{duration_s:g}s"
