"""Reports a model's metrics to Triton: gathered by any thread, sent by one, twice a second.

``pb_utils`` (Triton's module) is handed in, so that this is imported, typed and tested without Triton.

A thread of its own, because of how Triton 2.51 takes a value: as a message to the server process, for whose answer
Python's interpreter lock is held. A value sent on the way of a request makes every request wait; and two threads that
send values of the same metric make the server read memory that is free: it crashes.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from livetranslate.protocol.metric_catalogue import BY_NAME, Metric, MetricKind

PERIOD_S = 0.5
"""Values are sent this far apart; Prometheus asks every few seconds."""

Key = tuple[str, tuple[tuple[str, str], ...]]


class MetricReporter:
    """The metrics of one model version.

    Args:
        pb_utils: Triton's module.
        labels: values of labels that all its metrics share (``version``, ``model``, ``service``); each metric takes
            those that its definition names.
        period_s: time between two reports, seconds.

    Attributes:
        collect: called before each report, to set gauges that are read rather than told.
    """

    def __init__(
        self,
        pb_utils: Any,
        *,
        labels: Mapping[str, str],
        period_s: float = PERIOD_S,
    ) -> None:
        self._pb = pb_utils
        self._shared = dict(labels)
        self.collect: Callable[[MetricReporter], None] | None = None
        self._period_s = period_s
        self._lock = threading.Lock()
        self._counts: defaultdict[Key, float] = defaultdict(float)
        self._gauges: dict[Key, float] = {}
        self._observed: defaultdict[Key, list[float]] = defaultdict(list)
        self._shown: dict[Key, float] = {}
        # A family must outlive its metrics, or Triton refuses every update.
        self._families: dict[str, Any] = {}
        self._metrics: dict[Key, Any] = {}
        self._is_off = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)
        self._thread.start()

    def count(self, name: str, value: float = 1.0, **labels: str) -> None:
        """Adds to a counter."""
        key = self._key(name, labels)
        with self._lock:
            self._counts[key] += value

    def set(self, name: str, value: float, **labels: str) -> None:
        """Sets a gauge."""
        key = self._key(name, labels)
        with self._lock:
            self._gauges[key] = value

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Adds a value to a histogram."""
        key = self._key(name, labels)
        with self._lock:
            self._observed[key].append(value)

    def close(self) -> None:
        """Sends what is gathered and withdraws the metrics, then their families: in the other order the stub crashes.

        Must be called while the server still answers, that is in the model's ``finalize``.
        """
        self._ending.set()
        self._thread.join()
        self.collect = None  # it holds the model
        self._metrics.clear()
        self._families.clear()

    def _key(self, name: str, labels: Mapping[str, str]) -> Key:
        metric = BY_NAME[name]
        values = {**self._shared, **labels}
        try:
            return name, tuple((label, values[label]) for label in metric.labels)
        except KeyError as missing:
            raise ValueError(f"The metric {name} needs the label {missing}; it was given {sorted(values)}.") from None

    def _run(self) -> None:
        is_ending = False
        while not is_ending:
            is_ending = self._ending.wait(self._period_s)
            try:
                self._report()
            except Exception as problem:  # noqa: BLE001 - one bad value may not end all reports
                self._pb.Logger.log_error(f"Metrics were not reported: {type(problem).__name__}: {problem}")

    def _report(self) -> None:
        if self.collect is not None:
            self.collect(self)
        with self._lock:
            counts, self._counts = self._counts, defaultdict(float)
            observed, self._observed = self._observed, defaultdict(list)
            gauges = {key: value for key, value in self._gauges.items() if self._shown.get(key) != value}
        for key, value in counts.items():
            self._send(key, "increment", value)
        for key, value in gauges.items():
            self._send(key, "set", value)
            self._shown[key] = value
        for key, values in observed.items():
            for value in values:
                self._send(key, "observe", value)

    def _send(self, key: Key, verb: str, value: float) -> None:
        if self._is_off:
            return
        try:
            getattr(self._metric(key), verb)(value)
        except self._pb.TritonModelException as error:
            self._is_off = "metrics not supported" in str(error)
            if self._is_off:
                self._pb.Logger.log_info("The server's metrics are off; this model's are not reported.")
            else:
                self._pb.Logger.log_error(f"The metric {key[0]} did not take {verb} {value:g}: {error}")

    def _metric(self, key: Key) -> Any:
        metric = self._metrics.get(key)
        if metric is None:
            name, labels = key
            definition = BY_NAME[name]
            options: dict[str, Any] = {"buckets": list(definition.buckets)} if definition.buckets else {}
            metric = self._metrics[key] = self._family(definition).Metric(labels=dict(labels), **options)
        return metric

    def _family(self, definition: Metric) -> Any:
        if definition.name not in self._families:
            kinds = self._pb.MetricFamily
            kind = getattr(kinds, MetricKind(definition.kind).value)
            self._families[definition.name] = kinds(name=definition.name, description=definition.help, kind=kind)
        return self._families[definition.name]
