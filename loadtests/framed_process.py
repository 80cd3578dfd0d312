"""A process that answers frames on its standard input with frames on its standard output, seen from here.

The frames are those of :mod:`loadtests.window_cost.side`; the process says that it is ready with the first one.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from loadtests.window_cost.side import read_frame, write_frame

if TYPE_CHECKING:
    from typing_extensions import Self

CHECKOUT = Path(__file__).resolve().parents[1]


class SideError(Exception):
    """The process ended; the message says which."""


class FramedProcess:
    """Runs from construction; entering waits until it is ready, leaving ends it.

    Args:
        name: for errors.
        command: program and arguments; it runs in the checkout.
        variables: added to the environment.
    """

    def __init__(self, name: str, command: Sequence[str], *, variables: Mapping[str, str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            env={**os.environ, **variables},
        )

    def __enter__(self) -> Self:
        self._read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # closes its standard input, which ends it

    def ask(self, data: bytes) -> bytes:
        """Sends a frame and waits for the next one.

        Raises:
            SideError: the process has ended.
        """
        assert self._process.stdin is not None
        write_frame(self._process.stdin, data)  # type: ignore[arg-type]
        return self._read()

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        frame = read_frame(self._process.stdout)  # type: ignore[arg-type]
        if frame is None:
            raise SideError(f"{self.name} ended with exit code {self._process.wait()}; it says above why.")
        return frame
