"""Triton's own API, as far as the supervisor needs it: model control, readiness, statistics, inference."""

from __future__ import annotations

import queue
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from tritonclient import grpc as triton_grpc

from livetranslate_tools.serving.errors import ServingError

CALL_TIMEOUT_S = 10.0

Tensors = Mapping[str, npt.NDArray[Any]]


class TritonCallError(ServingError):
    """Triton refused a call or did not answer; ``unreachable`` tells the two apart."""

    def __init__(self, what: str, error: triton_grpc.InferenceServerException) -> None:
        # A Python model's failure carries its whole stack, which the log has, too.
        self.reason = str(error.message()).split("\n\nAt:")[0].strip().rstrip(";")
        self.unreachable = str(error.status()) in ("StatusCode.UNAVAILABLE", "StatusCode.DEADLINE_EXCEEDED")
        super().__init__(f"{what}: {self.reason.rstrip('.')}.")


def text(value: str | bytes) -> npt.NDArray[np.object_]:
    """A BYTES tensor of shape [1]."""
    return np.array([value.encode() if isinstance(value, str) else value], dtype=np.object_)


class TritonApi:
    """A connection to one Triton. Calls may come from several threads.

    Args:
        url: host:port of its gRPC.
        headers: sent with calls of administration (see ``admin_key``); without them Triton refuses those.
        inference_headers: sent with inferences: the server's own key, where it asks for one (``tenancy``).
        channel: further arguments of the client: certificates (``tls``).
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        inference_headers: Mapping[str, str] | None = None,
        channel: Mapping[str, Any] | None = None,
    ) -> None:
        self._url = url
        self._channel = dict(channel or {})
        self._headers = dict(headers or {})
        self._inference_headers = dict(inference_headers or {})
        self._client = triton_grpc.InferenceServerClient(url, **self._channel)

    def is_live(self) -> bool:
        """Whether Triton answers at all."""
        try:
            return bool(self._client.is_server_live(client_timeout=CALL_TIMEOUT_S))
        except triton_grpc.InferenceServerException:
            return False

    def version(self) -> str:
        """Triton's version."""
        try:
            return str(self._client.get_server_metadata(client_timeout=CALL_TIMEOUT_S).version)
        except triton_grpc.InferenceServerException as error:
            raise TritonCallError("Triton's metadata", error) from error

    def is_ready(self, model: str) -> bool:
        """Whether Triton believes the model to be ready (a dead stub does not change its belief)."""
        try:
            return bool(self._client.is_model_ready(model, client_timeout=CALL_TIMEOUT_S))
        except triton_grpc.InferenceServerException:
            return False

    def ready_versions(self, model: str) -> tuple[str, ...]:
        """The versions of a model that Triton has ready, oldest first."""
        try:
            index = self._client.get_model_repository_index(headers=self._headers, client_timeout=CALL_TIMEOUT_S)
        except triton_grpc.InferenceServerException as error:
            raise TritonCallError("Triton's repository index", error) from error
        versions = (entry.version for entry in index.models if entry.name == model and entry.state == "READY")
        return tuple(sorted(versions, key=lambda version: int(version or 0)))

    def successes(self, model: str) -> int:
        """How many requests all versions of the model have answered since it was loaded."""
        try:
            statistics = self._client.get_inference_statistics(model, client_timeout=CALL_TIMEOUT_S)
        except triton_grpc.InferenceServerException as error:
            raise TritonCallError(f"Statistics of {model!r}", error) from error
        return sum(entry.inference_stats.success.count for entry in statistics.model_stats)

    def load(self, model: str, *, timeout_s: float) -> None:
        """Loads a model; returns when it is ready or raises Triton's reason."""
        try:
            self._client.load_model(model, headers=self._headers, client_timeout=timeout_s)
        except triton_grpc.InferenceServerException as error:
            raise TritonCallError(f"Model {model!r} could not be loaded", error) from error

    def unload(self, model: str, *, wait_s: float) -> None:
        """Asks for a model's end and waits a while for it.

        A model whose stub was killed stays "unloading" for ever; it can be loaded again all the same.
        """
        try:
            self._client.unload_model(model, headers=self._headers, client_timeout=CALL_TIMEOUT_S)
            deadline_s = time.monotonic() + wait_s
            while time.monotonic() < deadline_s:
                index = self._client.get_model_repository_index(headers=self._headers, client_timeout=CALL_TIMEOUT_S)
                if not any(entry.name == model and entry.state == "UNLOADING" for entry in index.models):
                    return
                time.sleep(0.1)
        except triton_grpc.InferenceServerException as error:
            raise TritonCallError(f"Model {model!r} could not be unloaded", error) from error

    def inputs_of(self, model: str, version: str) -> list[tuple[str, str, list[int]]]:
        """The model's inputs as (name, datatype, shape with -1 for what varies)."""
        try:
            metadata = self._client.get_model_metadata(model, version, client_timeout=CALL_TIMEOUT_S)
        except triton_grpc.InferenceServerException as error:
            raise TritonCallError(f"Metadata of {model!r}", error) from error
        return [(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in metadata.inputs]

    def infer(
        self, model: str, version: str, tensors: Tensors, *, timeout_s: float, parameters: dict[str, Any] | None = None
    ) -> triton_grpc.InferResult:
        """One request, one response."""
        try:
            return self._client.infer(
                model,
                _inputs(tensors),
                model_version=version,
                client_timeout=timeout_s,
                parameters=parameters,
                headers=self._inference_headers,
            )
        except triton_grpc.InferenceServerException as error:
            raise TritonCallError(f"Model {model!r}", error) from error

    def stream(
        self, model: str, version: str, requests: Sequence[Tensors], *, timeout_s: float, sequence: str | None = None
    ) -> list[triton_grpc.InferResult]:
        """Sends requests on one stream and collects every response until each request had its final one.

        Args:
            model: model name.
            version: its version.
            requests: the tensors of each request; with ``sequence`` the first starts it and the last ends it.
            timeout_s: patience with the whole.
            sequence: sequence id, or None for independent requests.
        """
        answers: queue.Queue[tuple[triton_grpc.InferResult | None, Any]] = queue.Queue()
        client = triton_grpc.InferenceServerClient(self._url, **self._channel)  # a client carries one stream at a time
        client.start_stream(
            lambda result, error: answers.put((result, error)),
            stream_timeout=timeout_s,
            headers=self._inference_headers,
        )
        complete = False
        try:
            for number, tensors in enumerate(requests):
                ends = number == len(requests) - 1
                order = (
                    {"sequence_id": sequence, "sequence_start": number == 0, "sequence_end": ends} if sequence else {}
                )
                client.async_stream_infer(
                    model,
                    _inputs(tensors),
                    model_version=version,
                    request_id=str(number),
                    enable_empty_final_response=True,
                    **order,
                )
            results = _collect(model, answers, len(requests), timeout_s)
            complete = True
            return results
        finally:
            # Cancelling a stream whose requests are all answered can keep Triton from ever unloading the model.
            client.stop_stream(cancel_requests=not complete)
            client.close()

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()


def _collect(
    model: str, answers: queue.Queue[tuple[Any, Any]], requests: int, timeout_s: float
) -> list[triton_grpc.InferResult]:
    deadline_s = time.monotonic() + timeout_s
    results: list[triton_grpc.InferResult] = []
    while requests:
        try:
            result, error = answers.get(timeout=max(0.0, deadline_s - time.monotonic()))
        except queue.Empty:
            raise ServingError(f"Model {model!r} gave no final response within {timeout_s:g} s.") from None
        if error is not None:
            raise TritonCallError(f"Model {model!r}", error)
        response = result.get_response()
        if response.outputs:
            results.append(result)
        if response.parameters["triton_final_response"].bool_param:
            requests -= 1
    return results


def _inputs(tensors: Tensors) -> list[triton_grpc.InferInput]:
    inputs = []
    for name, array in tensors.items():
        tensor = triton_grpc.InferInput(name, list(array.shape), triton_grpc.np_to_triton_dtype(array.dtype))
        tensor.set_data_from_numpy(array)
        inputs.append(tensor)
    return inputs
