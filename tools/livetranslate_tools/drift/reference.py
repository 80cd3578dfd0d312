"""The windows that count as usual, kept in a file: counts only, never speech or text."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.signals import SIGNALS, Signal
from livetranslate_tools.drift.window import Window

FORMAT = 1
LEAST_WINDOWS = 4
"""With fewer, nothing is known about how windows differ."""


class Reference(msgspec.Struct, frozen=True):
    """Windows of a time when all was well.

    Attributes:
        format: of the file.
        saved_at: when.
        window_s: length of a window, seconds.
        windows: oldest first.
    """

    format: int
    saved_at: datetime
    window_s: float
    windows: tuple[Window, ...]

    @classmethod
    def of(cls, windows: Sequence[Window], *, window_s: float) -> Reference:
        """From windows with something in them.

        Raises:
            DriftError: no signal has enough of them.
        """
        made = cls(FORMAT, datetime.now(timezone.utc), window_s, tuple(windows))
        if not any(len(made.usable(signal)) >= LEAST_WINDOWS for signal in SIGNALS):
            heard = max((one.observations(SIGNALS[0]) for one in windows), default=0.0)
            raise DriftError(
                f"The reference has {len(windows)} windows, of at most {heard:.0f} utterances each; at least "
                f"{LEAST_WINDOWS} need {SIGNALS[0].least:.0f} or more. Take longer windows or a longer time."
            )
        return made

    def usable(self, signal: Signal) -> list[Window]:
        """Windows with enough observations of a signal."""
        return [window for window in self.windows if window.observations(signal) >= signal.least]

    def save(self, file: Path) -> None:
        """Writes it; what stood there is replaced only by a complete file.

        Raises:
            DriftError: it cannot be written.
        """
        replace(file, msgspec.json.encode(self) + b"\n")


def load(file: Path) -> Reference:
    """A reference from its file.

    Raises:
        DriftError: there is none, or it is no reference that this version reads.
    """
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Reference)
    except OSError as error:
        raise DriftError(
            f"The reference {file} cannot be read ({error.strerror}); 'livetranslate drift reference save' makes one."
        ) from None
    except msgspec.MsgspecError as error:
        raise DriftError(f"{file} is no reference of 'livetranslate drift reference save': {error}.") from None
    if found.format != FORMAT:
        raise DriftError(f"{file} has format {found.format}, this version reads {FORMAT}; save the reference anew.")
    return found


def replace(file: Path, content: bytes) -> None:
    """Puts a file in place whole, readable by others (a scraper is another user).

    Raises:
        DriftError: it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as fresh:
            try:
                fresh.write(content)
                fresh.flush()
                os.fchmod(fresh.fileno(), 0o644)
                Path(fresh.name).replace(file)
            except BaseException:
                Path(fresh.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise DriftError(f"{file} cannot be written ({error.strerror}); check its folder.") from None
