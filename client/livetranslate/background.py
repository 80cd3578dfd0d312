"""A blocking producer, read from asyncio: a thread of its own and a bounded queue between."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TypeVar, Union

T = TypeVar("T")

_QUEUE_ITEMS = 16


class _End:
    """Last item of the queue: the producer is through, or failed."""

    def __init__(self, problem: BaseException | None = None) -> None:
        self.problem = problem


async def iterate_in_background(items: Iterable[T]) -> AsyncIterator[T]:
    """Iterates over a blocking iterable without blocking the event loop.

    The thread is a daemon: a read that never returns (a terminal, a pipe nobody closes) does not keep the program
    alive after Ctrl-C. It waits while the queue is full, so it never runs far ahead.

    Raises:
        BaseException: whatever the iterable raised.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Union[T, _End]] = asyncio.Queue(_QUEUE_ITEMS)
    is_abandoned = threading.Event()

    def hand_over(item: T | _End) -> None:
        handing = queue.put(item)
        try:
            asyncio.run_coroutine_threadsafe(handing, loop).result()
        except (RuntimeError, CancelledError):
            handing.close()
            if not loop.is_closed() and not is_abandoned.is_set():
                raise
            is_abandoned.set()  # The event loop has ended while this thread was reading.

    def produce() -> None:
        end = _End()
        try:
            for item in items:
                if is_abandoned.is_set():
                    return
                hand_over(item)
        except CancelledError:
            return  # The event loop is ending.
        except BaseException as problem:  # noqa: BLE001 - raised again where it is awaited
            end = _End(problem)
        if not is_abandoned.is_set():
            with suppress(CancelledError):
                hand_over(end)

    threading.Thread(target=produce, name="audio-reader", daemon=True).start()
    try:
        while True:
            item = await queue.get()
            if isinstance(item, _End):
                if item.problem is not None:
                    raise item.problem
                return
            yield item
    finally:
        is_abandoned.set()
        while not queue.empty():
            queue.get_nowait()
