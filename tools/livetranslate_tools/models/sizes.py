"""Bytes as people read them."""

from __future__ import annotations

_UNITS = ("kB", "MB", "GB", "TB")


def human_size(size_bytes: int) -> str:
    """``83214112`` -> ``83.2 MB`` (decimal units, as disks and model hubs count)."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    value = float(size_bytes)
    for unit in _UNITS[:-1]:
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} {_UNITS[-1]}"
