"""Triton's metrics as a model sees them, kept in memory, with the order in which they must be let go."""

from __future__ import annotations

import threading
from types import SimpleNamespace


class RefusedError(Exception):
    pass


class FakeMetrics:
    """Stands in for ``pb_utils``: what is sent to it can be read back."""

    def __init__(self, *, refusal: str = "") -> None:
        self.values: dict[tuple, list[float]] = {}
        self.families: dict[str, SimpleNamespace] = {}
        self.threads: set[str] = set()
        self.logged: list[str] = []
        self.TritonModelException = RefusedError
        self.Logger = SimpleNamespace(log_info=self.logged.append, log_error=self.logged.append)
        fake = self

        class Metric:
            def __init__(self, name: str, labels: dict[str, str]) -> None:
                self._key = (name, *sorted(labels.items()))

            def _take(self, value: float) -> None:
                if refusal:
                    raise RefusedError(refusal)
                fake.threads.add(threading.current_thread().name)
                fake.values.setdefault(self._key, []).append(value)

            increment = set = observe = _take

        class MetricFamily:
            COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"

            def __init__(self, *, name: str, description: str, kind: str) -> None:
                self.name = name
                assert name not in fake.families, "a family is registered once"
                fake.families[name] = SimpleNamespace(kind=kind, description=description, buckets=None)

            def Metric(self, *, labels: dict[str, str], buckets: list[float] | None = None) -> Metric:
                fake.families[self.name].buckets = buckets
                return Metric(self.name, labels)

        self.MetricFamily = MetricFamily

    def of(self, name: str, **labels: str) -> list[float]:
        """The values that a metric was sent."""
        return self.values.get((name, *sorted(labels.items())), [])
