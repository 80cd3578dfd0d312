"""How one model of the server calls another: Triton's business-logic scripting (BLS), with errors of ours.

``pb_utils`` (Triton's module) is handed in, so that this is imported, typed and tested without Triton.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from livetranslate.protocol.errors import ErrorCode, LiveTranslateError
from livetranslate.tracing.tracer import current_headers

KEEP_S = 15.0
"""How long the responses of a finished stream are kept, seconds.

Triton's Python backend (2.51) lets go of them in a thread of its own, without Python's lock. If that thread is the last
to hold them, Python's memory is corrupted, and the process crashes some minutes later. Kept here, they are let go of
by Python. (Fixed in the python_backend of 2026.)"""

INTERNAL_PARAMETER = "livetranslate-internal"
"""The parameter by which a model knows a call from its own server (:mod:`livetranslate.access.gate`)."""
INTERNAL_KEY_VARIABLE = "LIVETRANSLATE_INTERNAL_KEY"


def internal_parameters() -> dict[str, str]:
    """What a call between two processes of this server carries."""
    key = os.environ.get(INTERNAL_KEY_VARIABLE, "")
    return {INTERNAL_PARAMETER: key} if key else {}


class ModelCalls:
    """Calls models of the same server, from any thread.

    Args:
        pb_utils: Triton's module.
        failed: the code of a model's failure that says no other.
    """

    def __init__(self, pb_utils: Any, *, failed: ErrorCode = ErrorCode.INTERNAL) -> None:
        self._pb = pb_utils
        self._failed = failed
        self._parameters = internal_parameters()
        self._lock = threading.Lock()
        self._kept: deque[tuple[float, Any]] = deque()

    def text(self, name: str, value: bytes, *, shape: tuple[int, ...]) -> Any:
        """A BYTES tensor of one value."""
        return self._pb.Tensor(name, np.array([value], dtype=np.object_).reshape(shape))

    def call(self, model: str, inputs: Sequence[Any], outputs: Sequence[str]) -> list[Any]:
        """One response's tensors, by name, as numpy arrays.

        Raises:
            LiveTranslateError: the model's own error; ``MODEL_UNAVAILABLE`` when Triton refuses the call.
        """
        with _ReadableRefusal(model, self._pb):
            response = self._request(model, inputs, outputs).exec()
        self._check(response, model)
        return [self._pb.get_output_tensor_by_name(response, name).as_numpy() for name in outputs]

    def stream(self, model: str, inputs: Sequence[Any], outputs: Sequence[str]) -> Iterator[list[Any]]:
        """The responses of a decoupled model as they come: each output as a numpy array, None where it has none.

        Raises:
            LiveTranslateError: as :meth:`call`.
        """
        with _ReadableRefusal(model, self._pb):
            responses = self._request(model, inputs, outputs).exec(decoupled=True)
            is_finished = False
            try:
                for response in responses:
                    self._check(response, model)
                    tensors = [self._pb.get_output_tensor_by_name(response, name) for name in outputs]
                    # The empty closing response of a decoupled model has no tensors.
                    if any(tensor is not None for tensor in tensors):
                        yield [None if tensor is None else tensor.as_numpy() for tensor in tensors]
                is_finished = True
            finally:
                if not is_finished:
                    # What nobody wants any more still comes: Triton 2.51 cannot cancel it.
                    for _ in responses:
                        pass
                self._keep(responses)

    def _request(self, model: str, inputs: Sequence[Any], outputs: Sequence[str]) -> Any:
        return self._pb.InferenceRequest(
            model_name=model,
            requested_output_names=list(outputs),
            inputs=list(inputs),
            parameters=self._parameters | current_headers(),
        )

    def _keep(self, responses: Any) -> None:
        now = time.monotonic()
        released = []
        with self._lock:
            self._kept.append((now, responses))
            while self._kept and now - self._kept[0][0] > KEEP_S:
                released.append(self._kept.popleft())
        released.clear()  # outside the lock, which others wait for

    def _check(self, response: Any, model: str) -> None:
        if not response.has_error():
            return
        error = LiveTranslateError.parse(response.error().message())
        if error.code is ErrorCode.INTERNAL:
            error = LiveTranslateError(self._failed, f"The model {model!r} failed: {error.message}")
        raise error


class _ReadableRefusal:
    """Turns Triton's own refusal of a call (model unknown, not ready) into ours, naming the model."""

    def __init__(self, model: str, pb_utils: Any) -> None:
        self._model = model
        self._refusal = pb_utils.TritonModelException

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if problem is not None and isinstance(problem, self._refusal):
            raise LiveTranslateError(
                ErrorCode.MODEL_UNAVAILABLE, f"The model {self._model!r} cannot be called: {problem}"
            ) from problem
