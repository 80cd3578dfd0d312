"""Windows from a Prometheus server, which remembers: the reference and the present come from the same query."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.signals import FIXED_LABELS, SIGNALS, Kind, Signal
from livetranslate_tools.drift.window import Window, buckets

_TIMEOUT_S = 60.0
MOST_POINTS = 11_000
"""Prometheus answers no more of one series."""


class PrometheusServer:
    """The HTTP API of a Prometheus server that scrapes the servers, all of which count together.

    Args:
        url: its base, such as ``http://localhost:9090``.
        window_s: length of a window, seconds; at least two scrapes, or nothing can be said.
        selector: labels that the samples must have, in PromQL: ``job="livetranslate",site="east"``.
        clock: Unix time now, seconds.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        window_s: float,
        selector: str = "",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.url = (url if "://" in url else f"http://{url}").rstrip("/")
        self.window_s = window_s
        self._selector = selector
        self._clock = clock
        self._sleep = sleep

    def past(self, count: int, *, ending_s: float | None = None) -> list[Window]:
        """The last ``count`` windows up to a Unix time, oldest first; now when it is None.

        Raises:
            DriftError: Prometheus does not answer, refuses the query, or would have to give more than it does.
        """
        if count > MOST_POINTS:
            raise DriftError(
                f"{count} windows are more than Prometheus gives ({MOST_POINTS}); make them longer or fewer."
            )
        end_s = self._clock() if ending_s is None else ending_s
        ends = [end_s - (count - 1 - number) * self.window_s for number in range(count)]
        counts: list[dict[str, dict[str, float]]] = [{} for _ in ends]
        sums: list[dict[str, tuple[float, float]]] = [{} for _ in ends]
        for signal in SIGNALS:
            if signal.kind is Kind.RATIO:
                numerators, denominators = (self._grown(name, "", ends) for name in signal.series)
                for number, (over, under) in enumerate(zip(numerators, denominators, strict=True)):
                    if over and under:
                        sums[number][signal.name] = (over[""], under[""])
            else:
                for number, found in enumerate(self._grown(signal.series[0], _by(signal), ends)):
                    if found:
                        counts[number][signal.name] = buckets(found) if signal.kind is Kind.SHAPE else found
        return [
            Window(to_s - self.window_s, to_s, counted, summed)
            for to_s, counted, summed in zip(ends, counts, sums, strict=True)
        ]

    def live(self, tell: Callable[[str], object]) -> Iterator[Window]:
        """Window after window, for ever; what Prometheus does not answer is told of and left out."""
        while True:
            self._sleep(self.window_s)
            try:
                window = self.past(1)[0]
            except DriftError as error:
                tell(str(error))
            else:
                yield window

    def _grown(self, name: str, label: str, ends: list[float]) -> list[dict[str, float]]:
        """By how much a counter grew in each window, by the values of a label; empty where it was not scraped."""
        fixed = ",".join(f'{key}="{value}"' for key, value in FIXED_LABELS.get(name, {}).items())
        matchers = ",".join(part for part in (f'__name__="{name}"', fixed, self._selector) if part)
        step = f"{self.window_s:g}s"
        query = f"sum by ({label}) (increase({{{matchers}}}[{step}]))"
        found: list[dict[str, float]] = [{} for _ in ends]
        for series in self._query(query, start_s=ends[0], end_s=ends[-1], step_s=self.window_s):
            value_of_label = series["metric"].get(label, "") if label else ""
            for at_s, value in series["values"]:
                number = round((float(at_s) - ends[0]) / self.window_s)
                if 0 <= number < len(found):
                    found[number][value_of_label] = float(value)
        return found

    def _query(self, query: str, *, start_s: float, end_s: float, step_s: float) -> list[dict[str, Any]]:
        data = {"query": query, "start": f"{start_s:.3f}", "end": f"{end_s:.3f}", "step": f"{step_s:g}"}
        try:
            response = httpx.post(f"{self.url}/api/v1/query_range", data=data, timeout=_TIMEOUT_S)
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise DriftError(
                f"Prometheus at {self.url} does not answer ({str(error) or type(error).__name__}); check the address."
            ) from None
        if answer.get("status") != "success":
            raise DriftError(f"Prometheus at {self.url} refuses {query}: {answer.get('error', response.status_code)}.")
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result


def _by(signal: Signal) -> str:
    return "le" if signal.kind is Kind.SHAPE else signal.label
