"""How counters and histograms grew between two pages."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from math import inf

from livetranslate_tools.monitoring.top_pages import Labels, Page


class Growth:
    """What happened between two pages; since the server's start when there is only one.

    Args:
        newest: the later page.
        earlier: the page before it, or None.
    """

    def __init__(self, newest: Page, earlier: Page | None) -> None:
        self._newest, self._earlier = newest, earlier

    @property
    def seconds(self) -> float | None:
        """Time between the pages; None when there is only one."""
        return None if self._earlier is None else max(self._newest.at_s - self._earlier.at_s, 1e-9)

    def of(self, counter: str, *by: str, **matching: str) -> dict[tuple[str, ...], float]:
        """Growth of a counter's series that have these labels, added up by others; what did not grow is left out."""
        grown: defaultdict[tuple[str, ...], float] = defaultdict(float)
        for labels, value in self._newest.of_metric(counter).items():
            has = dict(labels)
            if all(has.get(name) == wanted for name, wanted in matching.items()):
                grown[tuple(has.get(name, "") for name in by)] += self._increase(counter, labels, value)
        return {key: value for key, value in grown.items() if value > 0}

    def total(self, counter: str, **matching: str) -> float:
        """Growth of all of a counter's series that have these labels."""
        return sum(self.of(counter, **matching).values())

    def quantile(self, share: float, histogram: str, **matching: str) -> float | None:
        """A quantile of what was observed, interpolated in its bucket; None when nothing was.

        As Prometheus' ``histogram_quantile``: what lies above the last bound counts as that bound.
        """
        grown = self.of(f"{histogram}_bucket", "le", **matching)
        buckets = sorted((float(bound), count) for (bound,), count in grown.items())
        if not buckets or buckets[-1][0] != inf:
            return None
        bounds = sorted({float(dict(labels)["le"]) for labels in self._newest.of_metric(f"{histogram}_bucket")})
        counts = dict(buckets)
        wanted = share * buckets[-1][1]
        below = 0.0
        for lower, upper in pairwise([min(0.0, bounds[0]), *bounds]):
            count = counts.get(upper, below)
            if count >= wanted and count > below:
                return lower if upper == inf else lower + (upper - lower) * (wanted - below) / (count - below)
            below = count
        return None

    def _increase(self, name: str, labels: Labels, value: float) -> float:
        before = self._earlier.of_metric(name).get(labels, 0.0) if self._earlier else 0.0
        return value if value < before else value - before  # less than before: the server began anew
