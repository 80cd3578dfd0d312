"""Prometheus' text format, read: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SAMPLE = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})?\s+(?P<value>\S+)(?:\s+-?\d+)?$")
_LABEL = re.compile(r'\s*(?P<name>[a-zA-Z_]\w*)\s*=\s*"(?P<value>(?:[^"\\]|\\.)*)"\s*,?')
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Sample:
    """One line of a page."""

    name: str
    labels: Mapping[str, str]
    value: float


def parse(page: str) -> Iterator[Sample]:
    """The samples of a page.

    Raises:
        ValueError: a line is neither a sample nor a comment; the sentence quotes it.
    """
    for number, line in enumerate(page.splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _SAMPLE.match(text)
        if match is None:
            raise ValueError(f"Line {number} of the page is no Prometheus sample: {text[:120]!r}.")
        try:
            value = float(match["value"])
        except ValueError:
            raise ValueError(f"Line {number} of the page has no number for a value: {text[:120]!r}.") from None
        labels = {label["name"]: _unescaped(label["value"]) for label in _LABEL.finditer(match["labels"] or "")}
        yield Sample(match["name"], labels, value)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text)
