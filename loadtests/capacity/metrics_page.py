"""The server's page of Prometheus metrics as sums over labels: all that capacity needs of it."""

from __future__ import annotations

import re
import urllib.request
from collections import defaultdict
from collections.abc import Mapping

_SAMPLE = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})?\s+(?P<value>\S+)")
_TIMEOUT_S = 5.0

SESSIONS = "livetranslate_sessions_open"
STARTED = "livetranslate_sessions_started_total"
REFUSED = "livetranslate_sessions_refused_total"
RECOGNITION_S = "livetranslate_recognition_seconds_sum"
RECOGNITIONS = "livetranslate_recognition_seconds_count"
WAITING_S = "livetranslate_audio_waiting_seconds"
PENDING = "nv_inference_pending_request_count"


class RestartedError(Exception):
    """A counter began again while something was measured, so nothing was."""

    def __init__(self, counter: str) -> None:
        super().__init__(
            f"{counter} fell while it was measured: the server or a model of it was started again. Look at its log "
            "(livetranslate logs --supervisor), and measure again."
        )


def read(url: str) -> dict[str, float]:
    """Every sample of the page (``http://host:port/metrics``), see :func:`parse`.

    Raises:
        OSError: the page does not come.
    """
    with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as page:  # noqa: S310 - the operator's own address
        return parse(page.read().decode("utf-8"))


def parse(page: str) -> dict[str, float]:
    """Samples by name, added up over labels; Triton's per-model ones also as ``name whisper``."""
    found: defaultdict[str, float] = defaultdict(float)
    for line in page.splitlines():
        match = _SAMPLE.match(line)
        if match is None:
            continue
        value = float(match["value"])
        found[match["name"]] += value
        if model := re.search(r'(?:^|,)model="([^"]*)"', match["labels"] or ""):
            found[f"{match['name']} {model[1]}"] += value
    return dict(found)


def grown(before: Mapping[str, float], after: Mapping[str, float], name: str) -> float:
    """How much a counter grew; 0 when the server does not have it.

    Raises:
        RestartedError: it fell: the model or the server was started again between the readings.
    """
    growth = after.get(name, 0.0) - before.get(name, 0.0)
    if growth < 0:
        raise RestartedError(name)
    return growth
