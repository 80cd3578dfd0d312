"""The engines a session calls: other models of the same Triton, through its business-logic scripting (BLS).

``pb_utils`` is handed in, so that this module is imported and typed without Triton.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import msgspec
import numpy as np

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    TranscribeOptions,
    Transcript,
    TranslateOptions,
    encode_options,
    tensors,
)
from livetranslate.protocol.pcm import Samples


class Recogniser(Protocol):
    """Speech to words."""

    def transcribe(self, audio: Samples, options: TranscribeOptions) -> Transcript:
        """Transcribes FP32 [n] at 16 kHz; times count from its first sample."""
        ...


class Translator(Protocol):
    """Text to text, streamed."""

    def translate(
        self, text: str, options: TranslateOptions, *, on_text: Callable[[str], None], is_cancelled: Callable[[], bool]
    ) -> str:
        """Translates; ``on_text`` gets the translation so far each time it has grown."""
        ...


class TritonEngines:
    """Recogniser and translator made of the models ``whisper``, ``translation_prompt`` and ``llm``."""

    def __init__(self, pb_utils: Any) -> None:
        self._pb = pb_utils

    def transcribe(self, audio: Samples, options: TranscribeOptions) -> Transcript:
        """Calls ``whisper``; Triton batches the calls of many sessions."""
        response = self._call(
            tensors.WHISPER,
            [
                self._pb.Tensor(tensors.AUDIO, np.ascontiguousarray(audio[np.newaxis, :], dtype=np.float32)),
                self._text(tensors.OPTIONS, encode_options(options), shape=(1, 1)),
            ],
            [tensors.TRANSCRIPT],
        )
        return msgspec.json.decode(self._bytes_of(response, tensors.TRANSCRIPT), type=Transcript)

    def translate(
        self, text: str, options: TranslateOptions, *, on_text: Callable[[str], None], is_cancelled: Callable[[], bool]
    ) -> str:
        """Calls ``translation_prompt``, then streams from ``llm``."""
        prompt = self._call(
            tensors.TRANSLATION_PROMPT,
            [
                self._text(tensors.TEXT, text.encode(), shape=(1, 1)),
                self._text(tensors.OPTIONS, encode_options(options), shape=(1, 1)),
            ],
            [tensors.PROMPT, tensors.SAMPLING_PARAMETERS],
        )
        inputs = [
            self._text("text_input", self._bytes_of(prompt, tensors.PROMPT), shape=(1,)),
            self._text("sampling_parameters", self._bytes_of(prompt, tensors.SAMPLING_PARAMETERS), shape=(1,)),
            self._pb.Tensor("stream", np.array([True])),
        ]
        so_far = ""
        for delta in self._stream(tensors.LLM, inputs, "text_output"):
            if is_cancelled():
                raise LiveTranslateError(
                    ErrorCode.SESSION_CANCELLED, "The session ended while its text was translated."
                )
            if delta:
                so_far += delta
                on_text(so_far.strip())
        return so_far.strip()

    def _call(self, model: str, inputs: list[Any], outputs: list[str]) -> Any:
        request = self._pb.InferenceRequest(model_name=model, requested_output_names=outputs, inputs=inputs)
        with _model_errors(model, self._pb):
            response = request.exec()
        _raise_error_of(response, model)
        return response

    def _stream(self, model: str, inputs: list[Any], output: str) -> Iterator[str]:
        request = self._pb.InferenceRequest(model_name=model, requested_output_names=[output], inputs=inputs)
        with _model_errors(model, self._pb):
            for response in request.exec(decoupled=True):
                _raise_error_of(response, model)
                tensor = self._pb.get_output_tensor_by_name(response, output)
                # The empty closing response of a decoupled model has no tensors.
                if tensor is not None:
                    yield tensor.as_numpy().reshape(-1)[0].decode()

    def _text(self, name: str, value: bytes, *, shape: tuple[int, ...]) -> Any:
        return self._pb.Tensor(name, np.array([value], dtype=np.object_).reshape(shape))

    def _bytes_of(self, response: Any, name: str) -> bytes:
        value: bytes = self._pb.get_output_tensor_by_name(response, name).as_numpy().reshape(-1)[0]
        return value


class _model_errors:  # noqa: N801 - reads as a statement
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


def _raise_error_of(response: Any, model: str) -> None:
    if not response.has_error():
        return
    error = LiveTranslateError.parse(response.error().message())
    if error.code is ErrorCode.INTERNAL:
        failed = ErrorCode.TRANSCRIPTION_FAILED if model == tensors.WHISPER else ErrorCode.TRANSLATION_FAILED
        error = LiveTranslateError(failed, f"The model {model!r} failed: {error.message}")
    raise error
