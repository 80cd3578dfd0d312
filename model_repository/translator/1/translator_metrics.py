"""What the translator reports beside its requests: attempts, fallbacks, breaker states, flags."""

from __future__ import annotations

from circuit_breaker import BreakerState

from livetranslate.protocol import TranslationFlag
from livetranslate.protocol.metric_reporter import MetricReporter

_STATE_VALUES = {BreakerState.CLOSED: 0.0, BreakerState.HALF_OPEN: 1.0, BreakerState.OPEN: 2.0}


class TranslatorMetrics:
    """Observes a fallback chain.

    Args:
        reporter: takes the values.
        routes: names whose breakers are shown as closed before anything happens.
    """

    def __init__(self, reporter: MetricReporter, *, routes: tuple[str, ...]) -> None:
        self._reporter = reporter
        for route in routes:
            reporter.set("livetranslate_translation_breaker_state", 0.0, route=route)

    def attempt(self, route: str, outcome: str, seconds: float) -> None:
        """An attempt is over."""
        self._reporter.count("livetranslate_translation_attempts_total", route=route, outcome=outcome)
        self._reporter.count("livetranslate_translation_attempt_seconds_total", seconds, route=route)

    def breaker(self, route: str, state: BreakerState) -> None:
        """A route's circuit breaker has changed."""
        self._reporter.set("livetranslate_translation_breaker_state", _STATE_VALUES[state], route=route)
        self._reporter.count("livetranslate_translation_breaker_changes_total", route=route, state=state.value)

    def fallback(self, from_route: str, to_route: str) -> None:
        """A sentence goes on to the next route."""
        self._reporter.count("livetranslate_translation_fallbacks_total", from_route=from_route, to_route=to_route)

    def flag(self, flag: TranslationFlag) -> None:
        """A translation is shown with a flag."""
        self._reporter.count("livetranslate_translation_flags_total", flag=flag.value)
