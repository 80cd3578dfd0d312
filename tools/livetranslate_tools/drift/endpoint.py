"""Windows from the server's own metrics endpoint, by reading it again and again: no other service is needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import httpx

from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.exposition import parse
from livetranslate_tools.drift.window import Reading, Window, between

_TIMEOUT_S = 10.0


class MetricsEndpoint:
    """The metrics endpoint of one server.

    Args:
        url: of the page, such as ``http://localhost:8002/metrics``; ``localhost:8002`` is enough.
        window_s: length of a window, seconds.
        sleep: waits so many seconds.
    """

    def __init__(self, url: str, *, window_s: float, sleep: Callable[[float], object] = time.sleep) -> None:
        whole = url if "://" in url else f"http://{url}"
        self.url = whole if whole.removesuffix("/").count("/") > 2 else f"{whole.removesuffix('/')}/metrics"
        self.window_s = window_s
        self._sleep = sleep

    def read(self) -> Reading:
        """The counters of now.

        Raises:
            DriftError: the page does not come, or is no page of metrics.
        """
        try:
            page = httpx.get(self.url, timeout=_TIMEOUT_S).raise_for_status().text
            samples = parse(page)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise DriftError(
                f"{self.url} gives no metrics ({str(error) or type(error).__name__}). Is the server up, and was it "
                "started with metrics? 'livetranslate status' says where its metrics are."
            ) from None
        return Reading(time.time(), samples)

    def past(self, count: int) -> list[Window]:
        """The next ``count`` windows: the endpoint remembers nothing, so this takes as long as they do.

        Raises:
            DriftError: the page does not come.
        """
        readings = [self.read()]
        while len(readings) <= count:
            self._sleep(self.window_s)
            readings.append(self.read())
        return [between(before, after) for before, after in pairwise(readings)]

    def live(self, tell: Callable[[str], object]) -> Iterator[Window]:
        """Window after window, for ever; one in which the server was away is told of and becomes part of the next."""
        before: Reading | None = None
        while True:
            try:
                after = self.read()
            except DriftError as error:
                tell(str(error))
            else:
                if before is not None:
                    yield between(before, after)
                before = after
            self._sleep(self.window_s)
