"""The translator in Triton's own metrics: attempts, fallbacks, breaker states, flags.

One update at a time: a metric keeps its message to the server in itself, so two threads that update it together send a
message whose memory is free, and the server crashes (seen with Triton 2.51, sixteen sentences at once).

``pb_utils`` is handed in, so that this module is imported and typed without Triton. Label values come from small fixed
sets: routes of the configuration, error codes, flags.
"""

from __future__ import annotations

import threading
from typing import Any

from circuit_breaker import BreakerState

from livetranslate.protocol import TranslationFlag

_STATE_VALUES = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}


class TranslatorMetrics:
    """Observes a fallback chain.

    Args:
        pb_utils: Triton's module.
        version: version of the model, a label of every metric.
        routes: names whose breakers are shown as closed before anything happens.
    """

    def __init__(self, pb_utils: Any, *, version: str, routes: tuple[str, ...]) -> None:
        kinds = pb_utils.MetricFamily
        self._version = version
        self._lock = threading.Lock()
        self._metrics: dict[tuple[str, ...], Any] = {}
        # A family must outlive its metrics, or Triton refuses every update.
        self._families = {
            name: kinds(name=f"livetranslate_translation_{name}", description=text, kind=kind)
            for name, text, kind in (
                ("attempts_total", "Answers asked of a route, by outcome", kinds.COUNTER),
                ("attempt_seconds_total", "Time spent on attempts, seconds", kinds.COUNTER),
                ("fallbacks_total", "Sentences that went on to another route", kinds.COUNTER),
                ("breaker_state", "Circuit breaker: 0 closed, 1 half open, 2 open", kinds.GAUGE),
                ("breaker_changes_total", "Changes of a circuit breaker, by the state entered", kinds.COUNTER),
                ("flags_total", "Translations shown with a flag", kinds.COUNTER),
            )
        }
        for route in routes:
            self._metric("breaker_state", route=route).set(0)

    def attempt(self, route: str, outcome: str, seconds: float) -> None:
        """An attempt is over."""
        with self._lock:
            self._metric("attempts_total", route=route, outcome=outcome).increment(1)
            self._metric("attempt_seconds_total", route=route).increment(seconds)

    def breaker(self, route: str, state: BreakerState) -> None:
        """A route's circuit breaker has changed."""
        with self._lock:
            self._metric("breaker_state", route=route).set(_STATE_VALUES[state])
            self._metric("breaker_changes_total", route=route, state=state.value).increment(1)

    def fallback(self, from_route: str, to_route: str) -> None:
        """A sentence goes on to the next route."""
        with self._lock:
            self._metric("fallbacks_total", from_route=from_route, to_route=to_route).increment(1)

    def flag(self, flag: TranslationFlag) -> None:
        """A translation is shown with a flag."""
        with self._lock:
            self._metric("flags_total", flag=flag.value).increment(1)

    def close(self) -> None:
        """Lets go of the metrics, then of their families: in the other order the process crashes."""
        self._metrics.clear()
        self._families.clear()

    def _metric(self, name: str, **labels: str) -> Any:
        key = (name, *labels.values())
        if key not in self._metrics:
            self._metrics[key] = self._families[name].Metric(labels={**labels, "version": self._version})
        return self._metrics[key]
