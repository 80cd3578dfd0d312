"""Tells a person what the set-up is doing, one line a step."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str], None]


def to_stderr(line: str) -> None:
    """The usual report: a line on standard error, so that standard output stays clean for results."""
    print(line, file=sys.stderr, flush=True)


class Steps:
    """Numbers the steps of a job and reports each when it starts and, with its time, when it is done.

    Example::

        steps = Steps("runtime", count=3, report=to_stderr)
        with steps.step("install 83 packages"):
            ...
    """

    def __init__(self, title: str, *, count: int, report: Report) -> None:
        self._title = title
        self._count = count
        self._report = report
        self._number = 0
        self._started_s = time.monotonic()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Reports one step around its work."""
        self._number += 1
        started_s = time.monotonic()
        self.say(f"{self._number}/{self._count} {what} …")
        yield
        self.say(f"{self._number}/{self._count} {what}: done in {time.monotonic() - started_s:.1f} s")

    def say(self, what: str) -> None:
        """Reports a line in the name of the job, with the time since it began."""
        self._report(f"[{self._title} {time.monotonic() - self._started_s:4.0f} s] {what}")
