"""Records from a process that may not wait: a queue and a thread. A disk that is full for a while loses none."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from livetranslate.audit.log import AuditLog
from livetranslate.audit.record import Kind

FOLDER_VARIABLE = "LIVETRANSLATE_AUDIT_DIR"
KEY_FILE_VARIABLE = "LIVETRANSLATE_AUDIT_KEY_FILE"

MOST_WAITING = 10_000
RETRY_S = 1.0
GATHER_S = 0.25
"""Records are written together when they come so close: each writing waits for the disk."""

Entry = tuple[Kind, dict[str, Any]]


class AuditWriter:
    """Writes records in the background.

    Args:
        log: takes them; None: nobody wants any.
        on_problem: told, with a sentence, that records wait (once a row of failures) or are lost.
    """

    def __init__(self, log: AuditLog | None, on_problem: Callable[[str], object]) -> None:
        self._log = log
        self._on_problem = on_problem
        self._waiting: queue.Queue[Entry] = queue.Queue(MOST_WAITING)
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        if log is not None:
            self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
            self._thread.start()

    @classmethod
    def from_environment(
        cls, on_problem: Callable[[str], object], environment: Mapping[str, str] = os.environ
    ) -> AuditWriter:
        """The writer for this server's log: ``LIVETRANSLATE_AUDIT_DIR`` and ``LIVETRANSLATE_AUDIT_KEY_FILE``.

        Raises:
            OSError: the key cannot be read.
        """
        folder, key_file = environment.get(FOLDER_VARIABLE), environment.get(KEY_FILE_VARIABLE)
        if not folder or not key_file:
            return cls(None, on_problem)
        return cls(AuditLog(Path(folder), Path(key_file).read_bytes().strip()), on_problem)

    def put(self, kind: Kind, body: dict[str, Any]) -> None:
        """One more record; never waits."""
        if self._log is None:
            return
        try:
            self._waiting.put_nowait((kind, body))
        except queue.Full:
            self._on_problem(f"An audit record ({kind.value}) is lost: {MOST_WAITING} others wait for the disk.")

    def close(self) -> None:
        """Writes what waits, once, and ends."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        entries: list[Entry] = []
        is_failing = False
        while True:
            is_ending = self._ending.wait(RETRY_S if is_failing else GATHER_S)
            while not self._waiting.empty() and len(entries) < MOST_WAITING:
                entries.append(self._waiting.get())
            try:
                if entries and self._log is not None:
                    self._log.append(*entries)
                entries, is_failing = [], False
            except (OSError, ValueError) as problem:
                if not is_failing or is_ending:
                    self._on_problem(f"{len(entries)} audit records wait and cannot be written: {problem}")
                is_failing = True
            if is_ending:
                return
