"""Every metric that may be asked for, own and foreign, and which of them an expression asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from livetranslate.protocol.metric_catalogue import CATALOGUE, Metric, MetricKind
from livetranslate_tools.monitoring.foreign_metrics import FOREIGN

# A metric of the catalogue wins over a foreign one of the same name.
KNOWN: Mapping[str, Metric] = {metric.name: metric for metric in (*FOREIGN, *CATALOGUE)}

_NAME = re.compile(r"\b(?:livetranslate|ml|nv|vllm)[_:][\w:]*|\bup\b(?=\{)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SERIES = re.compile(r"_(?:bucket|sum|count)$")


def names_in(expression: str) -> tuple[str, ...]:
    """Names of series and recordings in a PromQL expression, each once, in order."""
    return tuple(dict.fromkeys(_NAME.findall(_STRING.sub('""', expression))))


def metric_of(name: str) -> Metric | None:
    """The metric that a series' name belongs to (``…_bucket`` to its histogram); None when nobody reports it."""
    if name in KNOWN:
        return KNOWN[name]
    metric = KNOWN.get(_SERIES.sub("", name))
    return metric if metric is not None and metric.kind is MetricKind.HISTOGRAM else None
