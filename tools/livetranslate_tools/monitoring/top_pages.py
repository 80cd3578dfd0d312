"""Pages of the metrics endpoint: read, kept for a while, and compared with an earlier one."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from time import monotonic
from urllib.parse import urlsplit

from livetranslate_tools.monitoring.exposition import Sample, parse
from livetranslate_tools.monitoring.settings import MonitoringError

_TIMEOUT_S = 5.0
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """The metrics at one time.

    Attributes:
        at_s: when, on the monotonic clock, seconds.
        values: name -> labels -> value.
    """

    at_s: float
    values: Mapping[str, Mapping[Labels, float]]

    @classmethod
    def of(cls, samples: list[Sample], *, at_s: float) -> Page:
        """A page of these samples."""
        values: defaultdict[str, dict[Labels, float]] = defaultdict(dict)
        for sample in samples:
            values[sample.name][tuple(sorted(sample.labels.items()))] = sample.value
        return cls(at_s, dict(values))

    def of_metric(self, name: str) -> Mapping[Labels, float]:
        """The series of a metric; empty when nobody reports it."""
        return self.values.get(name, {})


class Endpoint:
    """A server's metrics endpoint.

    Args:
        url: ``http://127.0.0.1:8002/metrics``; without a scheme or path, those are added.
        clock: seconds, monotonic.

    Raises:
        MonitoringError: the URL is none.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = monotonic) -> None:
        whole = url if "://" in url else f"http://{url}"
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise MonitoringError(f"{url!r} is no URL of a metrics endpoint, e.g. http://127.0.0.1:8002/metrics.")
        self.url = whole if parts.path.strip("/") else f"{whole.rstrip('/')}/metrics"
        self._clock = clock

    def read(self) -> Page:
        """The page as it is now.

        Raises:
            MonitoringError: nobody answers there, or not with metrics.
        """
        try:
            with urllib.request.urlopen(self.url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the scheme was checked
                text = answer.read().decode("utf-8", errors="replace")
            page = Page.of(list(parse(text)), at_s=self._clock())
        except urllib.error.HTTPError as error:
            raise MonitoringError(f"{self.url} answers with HTTP {error.code}: it is no metrics endpoint.") from None
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise MonitoringError(
                f"No metrics come from {self.url} ({reason}). Is the server up ('livetranslate status'), with metrics "
                "(not --no-metrics)? --url names another endpoint."
            ) from None
        if not page.of_metric("nv_inference_request_success"):
            raise MonitoringError(f"{self.url} has metrics, but none of Triton's: another program answers there.")
        return page


class History:
    """Pages of the last while.

    Args:
        window_s: how far back the newest is compared, seconds.
    """

    def __init__(self, *, window_s: float) -> None:
        self._window_s = window_s
        self._pages: deque[Page] = deque()

    def add(self, page: Page) -> None:
        """Takes in the newest page; forgets those that are no longer needed."""
        self._pages.append(page)
        while len(self._pages) > 2 and page.at_s - self._pages[1].at_s >= self._window_s:
            self._pages.popleft()

    @property
    def newest(self) -> Page:
        """The newest page."""
        return self._pages[-1]

    @property
    def earlier(self) -> Page | None:
        """The page to compare with, about a window older; None while there is only one."""
        return self._pages[0] if len(self._pages) > 1 else None
