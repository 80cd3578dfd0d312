"""Reads a page of Prometheus' text format, as Triton writes it: only the samples that signals are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from livetranslate_tools.drift.signals import FIXED_LABELS, SIGNALS
from livetranslate_tools.drift.window import Series

_SAMPLE = re.compile(r"^(?P<name>[A-Za-z_:][\w:]*)(?:\{(?P<labels>.*)\})?\s+(?P<value>\S+)(?:\s+-?\d+)?\s*$")
_LABEL = re.compile(r'([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_WANTED = frozenset(name for signal in SIGNALS for name in signal.series)


def parse(page: str) -> dict[Series, float]:
    """The samples by name and labels; other metrics and comments are passed over."""
    found: dict[Series, float] = {}
    for line in page.splitlines():
        match = _SAMPLE.match(line)
        if match is None or match["name"] not in _WANTED:
            continue
        labels = {key: _ESCAPED.sub(_unescaped, value) for key, value in _LABEL.findall(match["labels"] or "")}
        if _is_ours(match["name"], labels):
            found[match["name"], frozenset(labels.items())] = float(match["value"])
    return found


def _is_ours(name: str, labels: Mapping[str, str]) -> bool:
    return all(labels.get(label) == value for label, value in FIXED_LABELS.get(name, {}).items())


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]
