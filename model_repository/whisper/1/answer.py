"""A request's answer: sent once, by the request's own sender, as a result, an error or a cancellation."""

from __future__ import annotations

from typing import Any

from livetranslate.protocol import ErrorCode, LiveTranslateError


class Answer:
    """The one response of a request (``pb_utils`` is handed in, so that this module is imported without Triton)."""

    def __init__(self, request: Any, pb_utils: Any) -> None:
        self._pb = pb_utils
        self._request = request
        self.is_finished = False
        self._sender = request.get_response_sender()

    def is_cancelled(self) -> bool:
        """Whether the caller went away."""
        return bool(self._request.is_cancelled())

    def send(self, outputs: list[Any]) -> None:
        """The result."""
        self._finish(self._pb.InferenceResponse(outputs))

    def fail(self, error: LiveTranslateError) -> None:
        """The error, with a status that says whose fault it is."""
        internal = error.code in (ErrorCode.TRANSCRIPTION_FAILED, ErrorCode.INTERNAL)
        status = self._pb.TritonError.INTERNAL if internal else self._pb.TritonError.INVALID_ARG
        self._finish(self._pb.InferenceResponse(error=self._pb.TritonError(str(error), status)))

    def cancelled(self) -> None:
        """Nobody reads it, but Triton waits for it."""
        error = self._pb.TritonError("The caller cancelled the request.", self._pb.TritonError.CANCELLED)
        self._finish(self._pb.InferenceResponse(error=error))

    def _finish(self, response: Any) -> None:
        self.is_finished = True
        self._sender.send(response, flags=self._pb.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
