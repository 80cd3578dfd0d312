"""Sentences under way: so many at once, so many waiting, and a refusal beyond."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from livetranslate.protocol import ErrorCode, LiveTranslateError

RETRY_AFTER_S = 1.0


class TranslationWork:
    """A pool of threads with a bounded queue; each thread only waits for a language model.

    Args:
        running: sentences translated at once.
        waiting: sentences that may wait beyond them.
    """

    def __init__(self, *, running: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(running, thread_name_prefix="translate")
        self._limit = running + waiting
        self._lock = threading.Lock()
        self._open: set[Future[None]] = set()

    def submit(self, job: Callable[[], None]) -> None:
        """Takes a job that reports its own failures.

        Raises:
            LiveTranslateError: ``SERVER_BUSY``, with when to try again.
        """
        with self._lock:
            if len(self._open) >= self._limit:
                raise LiveTranslateError(
                    ErrorCode.SERVER_BUSY,
                    f"{len(self._open)} sentences are being translated or wait; the limit is {self._limit}. Try again "
                    f"in {RETRY_AFTER_S:g} s.",
                    retry_after_s=RETRY_AFTER_S,
                )
            future = self._pool.submit(job)
            self._open.add(future)
        future.add_done_callback(self._forget)

    def close(self, *, timeout_s: float) -> None:
        """Waits for what is under way; takes nothing more."""
        with self._lock:
            under_way = set(self._open)
        left = wait(under_way, timeout=timeout_s).not_done
        # A thread that ends after Triton's part of the process takes it down with what it still holds of a request.
        self._pool.shutdown(wait=not left, cancel_futures=True)

    def _forget(self, future: Future[None]) -> None:
        with self._lock:
            self._open.discard(future)
