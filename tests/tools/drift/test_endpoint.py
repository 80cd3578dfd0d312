"""Windows from a page that is read again and again."""

from __future__ import annotations

from itertools import islice

import pytest
from tests.tools.drift.conftest import Endpoint
from tests.tools.drift.services import shape

from livetranslate_tools.drift.endpoint import MetricsEndpoint
from livetranslate_tools.drift.errors import DriftError


def test_windows_are_what_came_while_waiting(endpoint: Endpoint) -> None:
    levels = [[-30.0] * 2, [-20.0] * 3]
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        endpoint.service.hear(levels[len(waited) - 1])

    found = MetricsEndpoint(endpoint.url, window_s=60.0, sleep=sleep).past(2)
    assert [one.counts["speech_level"] for one in found] == [shape("speech_level", some) for some in levels]
    assert waited == [60.0, 60.0]
    assert found[0].end_s == found[1].start_s


def test_a_server_that_is_away_for_a_while_makes_a_longer_window(endpoint: Endpoint) -> None:
    source = MetricsEndpoint(f"http://{endpoint.url}/metrics", window_s=60.0, sleep=lambda _: step())
    steps, told = iter(range(10)), []

    def step() -> None:
        endpoint.service.hear([-30.0])
        endpoint.is_away = next(steps) in (0, 1)

    windows = list(islice(source.live(told.append), 2))
    assert [one.counts["language"] for one in windows] == [{"en": 3.0}, {"en": 1.0}]
    assert len(told) == 2
    assert "503" in told[0]


@pytest.mark.parametrize("url", ["127.0.0.1:1", "http://[", "ftp://127.0.0.1/metrics"])
def test_an_address_without_metrics_is_told_in_a_sentence(url: str) -> None:
    with pytest.raises(DriftError, match="gives no metrics"):
        MetricsEndpoint(url, window_s=1.0).read()
