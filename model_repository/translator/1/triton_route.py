"""A route through two models of the same Triton: one writes the prompt, a language model answers it, streamed.

``pb_utils`` is handed in, so that this module is imported and typed without Triton.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from generation import GenerationRequest, IsCancelled, OnText, RouteRefusal, cancelled
from translator_settings import ModelPair

from livetranslate.protocol import ErrorCode, encode_options, tensors
from livetranslate.protocol.model_calls import ModelCalls
from livetranslate.tracing.tracer import step


class TritonRoute:
    """A language model of this server. Put it behind a ``BoundedRoute``: a call into a killed model never returns.

    Args:
        models: the language model (backend vllm) and what writes its prompts.
        pb_utils: Triton's module.
    """

    def __init__(self, models: ModelPair, pb_utils: Any) -> None:
        self._models = models
        self._pb = pb_utils
        self._calls = ModelCalls(pb_utils, failed=ErrorCode.TRANSLATION_FAILED)
        self._was_ready = False
        self._is_doubtful = True

    @property
    def name(self) -> str:
        """For events and metrics."""
        return self._models.name

    def generate(self, request: GenerationRequest, *, on_text: OnText, is_cancelled: IsCancelled) -> str:
        """The raw answer, behind what is committed.

        Raises:
            LiveTranslateError: the model is not there or failed; or the text has no prompt.
        """
        # Asking costs a round through the server that stops all threads of this process: only where there is doubt.
        if self._is_doubtful:
            self._check_ready()
        self._is_doubtful = True
        so_far = ""
        with step("prompt"):
            inputs = self._inputs(request)
        with step("llm", route=self.name):
            for (output,) in self._calls.stream(self._models.model, inputs, ["text_output"]):
                if is_cancelled():
                    raise cancelled()
                if delta := output.reshape(-1)[0].decode():
                    so_far += delta
                    on_text(so_far)
        self._is_doubtful = False
        return so_far

    def messages(self, request: GenerationRequest) -> list[dict[str, str]]:
        """The prompt as a chat, for a model behind another server; what is committed is the answer's beginning."""
        (answer,) = self._ask_prompt(request, [tensors.MESSAGES])
        messages: list[dict[str, str]] = msgspec.json.decode(answer)
        if request.options.committed:
            messages.append({"role": "assistant", "content": request.options.committed})
        return messages

    def _check_ready(self) -> None:
        for model in (self._models.prompt_model, self._models.model):
            if not self._pb.is_model_ready(model_name=model):
                raise RouteRefusal(
                    ErrorCode.MODEL_UNAVAILABLE,
                    f"The model {model!r} is not ready; see 'livetranslate status'.",
                    faulty=self._was_ready,  # one that was never loaded is no fault
                )
        self._was_ready = True

    def _inputs(self, request: GenerationRequest) -> list[Any]:
        prompt, sampling = self._ask_prompt(request, [tensors.PROMPT, tensors.SAMPLING_PARAMETERS])
        return [
            self._calls.text("text_input", prompt, shape=(1,)),
            self._calls.text("sampling_parameters", sampling, shape=(1,)),
            self._pb.Tensor("stream", np.array([True])),
        ]

    def _ask_prompt(self, request: GenerationRequest, outputs: list[str]) -> list[bytes]:
        inputs = [
            self._calls.text(tensors.TEXT, request.text.encode(), shape=(1, 1)),
            self._calls.text(tensors.OPTIONS, encode_options(request.options), shape=(1, 1)),
        ]
        return [value.reshape(-1)[0] for value in self._calls.call(self._models.prompt_model, inputs, outputs)]
