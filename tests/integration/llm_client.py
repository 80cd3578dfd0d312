"""A small client of the llm's contract: one request over a gRPC stream, all its responses."""

from __future__ import annotations

import json
import os
import queue
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc as triton

PROMPT = "The capital of France is"
GREEDY = {"temperature": 0, "max_tokens": 8}

beyond_nvidia = pytest.mark.skipif(
    bool(os.environ.get("LIVETRANSLATE_TEST_NVIDIA")), reason="this backend promises more here than NVIDIA's"
)


@dataclass
class Answer:
    """Everything one request got back."""

    responses: list[triton.InferResult] = field(default_factory=list)
    error: triton.InferenceServerException | None = None

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def texts(self) -> list[str]:
        return [value[0].decode() for value in self.tensors("text_output")]

    def tensors(self, name: str) -> list[np.ndarray]:
        values = [response.as_numpy(name) for response in self.responses]
        return [value for value in values if value is not None]

    @property
    def final_flags(self) -> list[bool]:
        return [response.get_response().parameters["triton_final_response"].bool_param for response in self.responses]


def tensor(name: str, value: Any) -> triton.InferInput:
    """A [1] tensor: bool, str or bytes."""
    if isinstance(value, bool):
        result = triton.InferInput(name, [1], "BOOL")
        result.set_data_from_numpy(np.array([value]))
        return result
    data = value.encode() if isinstance(value, str) else value
    result = triton.InferInput(name, [1], "BYTES")
    result.set_data_from_numpy(np.array([data], dtype=np.object_))
    return result


class LlmClient:
    def __init__(self, url: str, model: str) -> None:
        self.url = url
        self.model = model

    def ask(
        self,
        prompt: str | bytes,
        sampling: dict[str, Any] | str | None = None,
        *,
        parameters: dict[str, Any] | None = None,
        timeout_s: float = 120.0,
        **flags: bool,
    ) -> Answer:
        """Sends one request; ``flags`` are BOOL inputs, ``sampling`` the JSON tensor, ``parameters`` Triton's own."""
        inputs = [tensor("text_input", prompt)]
        if sampling is not None:
            inputs.append(
                tensor("sampling_parameters", sampling if isinstance(sampling, str) else json.dumps(sampling))
            )
        inputs += [tensor(name, value) for name, value in flags.items()]
        incoming: queue.Queue[tuple[Any, Any]] = queue.Queue()
        answer = Answer()
        with triton.InferenceServerClient(self.url) as client:
            # Not with the header triton_grpc_error, which would give errors their status: after a few dozen errors it
            # brings Triton 2.51 down (signal 11 in its stream handler).
            client.start_stream(lambda result, error: incoming.put((result, error)))
            client.async_stream_infer(self.model, inputs, parameters=parameters or {}, enable_empty_final_response=True)
            while True:
                result, error = incoming.get(timeout=timeout_s)
                if error is not None:
                    answer.error = error
                    break
                answer.responses.append(result)
                if result.get_response().parameters["triton_final_response"].bool_param:
                    break
            client.stop_stream()
        return answer
