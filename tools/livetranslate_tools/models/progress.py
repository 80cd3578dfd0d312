"""What a fetch tells while it works. Rooms below report through this; only the CLI draws."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn


class Reporter:
    """Hears the steps of a fetch. This one says nothing; :class:`Bars` draws them."""

    def say(self, sentence: str) -> None:
        """A sentence for people."""

    def begin(self, title: str, total_bytes: int | None) -> None:
        """A step starts; its size where it is known."""

    def advance(self, done_bytes: int) -> None:
        """So many more bytes of the step are done. Called from any thread."""

    def end(self) -> None:
        """The step is over."""


class Bars(Reporter):
    """Progress bars in a terminal; plain lines where there is none. Use as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", visible=False, start=False)
        self._lock = threading.Lock()

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, sentence: str) -> None:
        """Prints the sentence above the bar."""
        self._console.print(sentence, highlight=False)

    def begin(self, title: str, total_bytes: int | None) -> None:
        """Shows a bar for the step; without a terminal, a line."""
        if self._console.is_terminal:
            self._progress.reset(self._task, description=title, total=total_bytes, visible=True)
        else:
            self.say(title)

    def advance(self, done_bytes: int) -> None:
        """Moves the bar."""
        with self._lock:
            self._progress.advance(self._task, done_bytes)

    def end(self) -> None:
        """Hides the bar."""
        self._progress.update(self._task, visible=False)


@contextmanager
def step(reporter: Reporter, title: str, total_bytes: int | None = None) -> Iterator[Reporter]:
    """One step of a fetch, closed however it ends."""
    reporter.begin(title, total_bytes)
    try:
        yield reporter
    finally:
        reporter.end()
