"""Ends Triton's sequence of a session whose client never will.

Triton keeps a slot for a sequence until a request with the END flag comes, or until the sequence has been idle for
minutes; meanwhile the slot counts as an inference in flight, which a shutdown waits for. A client that vanished, a
session that idled out and a refused START send no END, so the model sends it to itself.
"""

from __future__ import annotations

import queue
import threading
from typing import Any

import numpy as np

from livetranslate.protocol import tensors


class SequenceCloser:
    """Sends END requests from a thread of its own: Triton's calling thread must be free to execute them.

    Args:
        pb_utils: Triton's module for Python models.
        model_version: the version of ``live_translation`` that holds the sequences.
    """

    def __init__(self, pb_utils: Any, *, model_version: int) -> None:
        self._pb = pb_utils
        self._model_version = model_version
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="sequence-closer", daemon=True)
        self._thread.start()

    def end(self, session_id: str) -> None:
        """Ends the sequence of a session that is over."""
        self._waiting.put(session_id)

    def close(self, *, timeout_s: float) -> None:
        """Ends what waits, then stops."""
        self._waiting.put(None)
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while (session_id := self._waiting.get()) is not None:
            request = self._pb.InferenceRequest(
                model_name=tensors.LIVE_TRANSLATION,
                model_version=self._model_version,
                requested_output_names=[tensors.EVENT],
                inputs=[self._pb.Tensor(tensors.AUDIO, np.zeros(0, np.uint8))],
                correlation_id=session_id,
                flags=self._pb.TRITONSERVER_REQUEST_FLAG_SEQUENCE_END,
            )
            try:
                # The session is over, so the answer is always a refusal; what matters is that Triton saw END.
                for _ in request.exec(decoupled=True):
                    pass
            except Exception as problem:  # noqa: BLE001 - the next sequence must still be ended
                self._pb.Logger.log_warn(f"live_translation: the sequence {session_id} was not ended: {problem}")
