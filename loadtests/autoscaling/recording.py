"""Traffic from a running server's metrics: how many sessions were asked for, open and waiting, every few seconds."""

from __future__ import annotations

import csv
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from loadtests.capacity import metrics_page

if TYPE_CHECKING:
    from typing_extensions import Self

COLUMNS = ("at_s", "calls", "sessions_open", "refused", "whisper_pending", "audio_waiting_s")


class Recorder:
    """Reads the page of metrics while it is entered; a page that does not come leaves a gap.

    Args:
        url: of the page.
        path: CSV to write.
        every_s: time between two looks.
    """

    def __init__(self, url: str, path: Path, *, every_s: float = 2.0) -> None:
        self._url = url
        self._path = path
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        before: dict[str, float] | None = None
        with self._path.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(COLUMNS)
            while not self._stop.wait(self._every_s if before is not None else 0.0):
                try:
                    now = metrics_page.read(self._url)
                except OSError:
                    before = before or {}
                    continue
                if before:
                    lines.writerow([round(time.monotonic() - began, 2), *_line(before, now)])
                    file.flush()
                before = now


def _line(before: dict[str, float], now: dict[str, float]) -> list[float]:
    refused = metrics_page.grown(before, now, metrics_page.REFUSED)
    return [
        metrics_page.grown(before, now, metrics_page.STARTED) + refused,
        now.get(metrics_page.SESSIONS, 0.0),
        refused,
        now.get(f"{metrics_page.PENDING} whisper", 0.0),
        round(now.get(metrics_page.WAITING_S, 0.0), 3),
    ]
