"""The caller process as locust's users see it: a call goes out, its observations come to the greenlet that waits.

Imported by locust alone: it runs on gevent.
"""

from __future__ import annotations

import atexit
import itertools
import os
import sys
from collections.abc import Callable, Iterator

from gevent import spawn, subprocess  # type: ignore[import-untyped]
from gevent.queue import Queue  # type: ignore[import-untyped]

from loadtests.framed_process import CHECKOUT, SideError
from loadtests.users.messages import Call, Observation, decode_observation, encode
from loadtests.window_cost.side import read_frame, write_frame


class CallerProcess:
    """One for each locust process; any number of greenlets may call at the same time."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._waiting: dict[int, Queue[Observation | None]] = {}
        # gevent's own Popen: its pipes let other greenlets run while one waits for them.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "loadtests.users.caller"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        atexit.register(self.close)
        spawn(self._read)

    def observations(self, make: Callable[[int], Call]) -> Iterator[Observation]:
        """Makes a call (of the number that it is given) and yields what is observed until it is over.

        Raises:
            SideError: the process has ended.
        """
        number = next(self._numbers)
        queue: Queue[Observation | None] = Queue()
        self._waiting[number] = queue
        try:
            write_frame(self._process.stdin, encode(make(number)))
            while True:
                observation = queue.get()
                if observation is None:
                    code = self._process.poll()
                    raise SideError(f"The caller process ended with exit code {code}; it says above why.")
                if observation.is_last:
                    return
                yield observation
        finally:
            del self._waiting[number]

    def close(self) -> None:
        """Ends the process; sessions that are open are cancelled."""
        if self._process.poll() is None:
            self._process.stdin.close()
            self._process.wait(10)

    def _read(self) -> None:
        while (frame := read_frame(self._process.stdout)) is not None:
            observation = decode_observation(frame)
            if queue := self._waiting.get(observation.number):
                queue.put(observation)
        for queue in self._waiting.values():
            queue.put(None)
