"""A server whose time of day can be set: a small library (false_clock.c) is loaded into all its processes.

The machine's own clock is everybody's and stays as it is; monotonic clocks are left alone, as a real step of the time
leaves them. (libfaketime 0.9.10 cannot do it: under it Python 3.11's ``time.sleep`` fails with EINVAL.)
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SOURCE = Path(__file__).with_name("false_clock.c")
_FILE = "FALSE_CLOCK"
_PRELOAD = "LD_PRELOAD"


def compiler() -> str | None:
    """The C compiler that builds the library; None where there is none."""
    return shutil.which("cc") or shutil.which("gcc")


def step(clock: Path, seconds: float) -> None:
    """Sets the clock so far ahead of the true one, whole seconds; seen within half a second."""
    fresh = clock.with_name(f"{clock.name}.new")
    fresh.write_text(f"{seconds:.0f}\n", encoding="ascii")
    fresh.replace(clock)


@contextmanager
def inherited(clock: Path) -> Iterator[None]:
    """What is started in the block, and all that it starts, has the clock of this file.

    Raises:
        FileNotFoundError: there is no C compiler.
        subprocess.CalledProcessError: the library could not be built.
    """
    cc = compiler()
    if cc is None:
        raise FileNotFoundError("There is no C compiler (apt-get install gcc): no clock can be stepped.")
    library = clock.with_name("false_clock.so")
    subprocess.run([cc, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE)], check=True)
    step(clock, 0.0)
    before = {name: os.environ.get(name) for name in (_PRELOAD, _FILE)}
    os.environ.update({_PRELOAD: str(library), _FILE: str(clock)})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
