"""A request's answer: sent once, by the request's own sender, as a result, an error or a cancellation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livetranslate.protocol import ErrorCode, LiveTranslateError


class Answer:
    """The one response of a request.

    Args:
        request: Triton's.
        pb_utils: Triton's module, handed in, so that this one is imported without Triton.
        on_end: told the code of the error when the request is answered; None for a result.
    """

    def __init__(self, request: Any, pb_utils: Any, *, on_end: Callable[[ErrorCode | None], None]) -> None:
        self._pb = pb_utils
        self._on_end = on_end
        self._request = request
        self.is_finished = False
        self._sender = request.get_response_sender()

    def is_cancelled(self) -> bool:
        """Whether the caller went away."""
        return bool(self._request.is_cancelled())

    def send(self, outputs: list[Any]) -> None:
        """The result."""
        self._finish(self._pb.InferenceResponse(outputs), None)

    def fail(self, error: LiveTranslateError) -> None:
        """The error, with a status that says whose fault it is."""
        internal = error.code in (ErrorCode.TRANSCRIPTION_FAILED, ErrorCode.INTERNAL)
        caller = self._pb.TritonError.UNAVAILABLE if error.code.retryable else self._pb.TritonError.INVALID_ARG
        status = self._pb.TritonError.INTERNAL if internal else caller
        self._finish(self._pb.InferenceResponse(error=self._pb.TritonError(str(error), status)), error.code)

    def cancelled(self) -> None:
        """Nobody reads it, but Triton waits for it."""
        error = self._pb.TritonError("The caller cancelled the request.", self._pb.TritonError.CANCELLED)
        self._finish(self._pb.InferenceResponse(error=error), ErrorCode.SESSION_CANCELLED)

    def _finish(self, response: Any, code: ErrorCode | None) -> None:
        self.is_finished = True
        self._on_end(code)
        self._sender.send(response, flags=self._pb.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
