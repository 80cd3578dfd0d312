"""Triton's adapter of the translation prompt: TEXT and OPTIONS in, PROMPT, SAMPLING_PARAMETERS and MESSAGES out."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import json
from typing import Any

import msgspec
import numpy as np
import triton_python_backend_utils as pb_utils
from chat_template import ChatTemplate
from few_shot import FewShotSet
from prompt_builder import PromptBuilder
from prompt_tokens import PromptTokens

from livetranslate.access import Gate
from livetranslate.protocol import LiveTranslateError, TranslateOptions, decode_options, tensors
from livetranslate.protocol.request_metrics import RequestMetrics
from livetranslate.protocol.text import read_text


class TritonPythonModel:
    """One request, one prompt."""

    def initialize(self, args: dict[str, str]) -> None:
        """Reads the language model's tokenizer and chat template, and the example sentences.

        Args:
            args: Triton's: repository folder, version, configuration.
        """
        self._metrics = RequestMetrics(
            pb_utils, service="translation", model=args["model_name"], version=args["model_version"]
        )
        self._gate = Gate.from_environment(on_problem=pb_utils.Logger.log_error)
        version_folder = Path(args["model_repository"]) / args["model_version"]
        parameters = json.loads(args["model_config"])["parameters"]
        weights = version_folder / "weights"
        self._builder = PromptBuilder(
            template=ChatTemplate(weights),
            tokens=PromptTokens(weights),
            few_shot=FewShotSet.load(version_folder / "few_shot.toml"),
            max_model_tokens=int(parameters["max_model_tokens"]["string_value"]),
        )
        self._metrics.loaded()

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answers every request with a prompt, or with the reason why there is none."""
        self._metrics.batch(len(requests))
        return [self._respond(request) for request in requests]

    def finalize(self) -> None:
        """Withdraws the metrics."""
        self._metrics.close()

    def _respond(self, request: Any) -> Any:
        end = self._metrics.begin(request)
        try:
            self._gate.admit(request)
            text = read_text(_bytes(request, tensors.TEXT))
            options = decode_options(_bytes(request, tensors.OPTIONS), TranslateOptions)
            prompt = self._builder.build(text, options)
        except LiveTranslateError as error:
            end(error.code)
            kind = pb_utils.TritonError.UNAVAILABLE if error.code.retryable else pb_utils.TritonError.INVALID_ARG
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error), kind))
        end(None)
        return pb_utils.InferenceResponse(
            output_tensors=[
                _text_tensor(tensors.PROMPT, prompt.text.encode()),
                _text_tensor(tensors.SAMPLING_PARAMETERS, msgspec.json.encode(prompt.sampling)),
                pb_utils.Tensor(tensors.STREAM, np.array([True])),
                _text_tensor(tensors.MESSAGES, msgspec.json.encode(prompt.messages)),
            ]
        )


def _bytes(request: Any, name: str) -> bytes:
    return bytes(pb_utils.get_input_tensor_by_name(request, name).as_numpy().item())


def _text_tensor(name: str, value: bytes) -> Any:
    return pb_utils.Tensor(name, np.array([value], dtype=np.object_))
