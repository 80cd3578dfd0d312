"""Triton adapter of the audio decoder: tensors and request parameters in, 16 kHz mono audio out."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import json
from typing import Any

import msgspec
import numpy as np
import triton_python_backend_utils as pb_utils
from decoding import decode_file
from pcm import decode_pcm

from livetranslate.access import Gate
from livetranslate.protocol import AudioFormat, ErrorCode, LiveTranslateError, decode_options, tensors
from livetranslate.protocol.request_metrics import RequestMetrics

_PCM_PARAMETERS = ("encoding", "rate_hz", "channels")


class TritonPythonModel:
    """Decodes each request by itself, so that a broken file harms no other of its batch."""

    def initialize(self, args: dict[str, str]) -> None:
        """Begins to report metrics.

        Args:
            args: Triton's.
        """
        self._gate = Gate.from_environment(on_problem=pb_utils.Logger.log_error)
        self._metrics = RequestMetrics(
            pb_utils, service="audio", model=args["model_name"], version=args["model_version"]
        )
        self._metrics.loaded()

    def execute(self, requests: list[Any]) -> list[Any]:
        """One response a request, in order."""
        self._metrics.batch(len(requests))
        return [self._respond(request) for request in requests]

    def finalize(self) -> None:
        """Withdraws the metrics."""
        self._metrics.close()

    def _respond(self, request: Any) -> Any:
        end = self._metrics.begin(request)
        try:
            self._gate.admit(request)
            data = _read_bytes(request)
            layout = _pcm_layout(request.parameters())
            samples, info = decode_file(data) if layout is None else decode_pcm(data, layout)
        except LiveTranslateError as error:
            end(error.code)
            kind = pb_utils.TritonError.UNAVAILABLE if error.code.retryable else pb_utils.TritonError.INVALID_ARG
            return _failure(str(error), kind)
        except Exception as error:  # noqa: BLE001 - whatever one file does must not reach its neighbours
            pb_utils.Logger.log_error(f"audio_decoder: {type(error).__name__}: {error}")
            wrapped = LiveTranslateError(
                ErrorCode.INTERNAL, f"Decoding failed unexpectedly ({type(error).__name__}: {error}); please report it."
            )
            end(wrapped.code)
            return _failure(str(wrapped), pb_utils.TritonError.INTERNAL)
        end(None)
        return pb_utils.InferenceResponse(
            [
                pb_utils.Tensor(tensors.AUDIO, samples[np.newaxis]),
                pb_utils.Tensor(tensors.AUDIO_INFO, np.array([[msgspec.json.encode(info)]], object)),
            ]
        )


def _read_bytes(request: Any) -> bytes:
    array = pb_utils.get_input_tensor_by_name(request, tensors.AUDIO_BYTES).as_numpy()
    if array.shape != (1, 1):
        raise LiveTranslateError(
            ErrorCode.BATCH_UNSUPPORTED,
            f"AUDIO_BYTES has shape {list(array.shape)}; send one file a request, shape [1, 1]. "
            "The server batches concurrent requests itself.",
        )
    value: bytes = array[0, 0]
    return value


def _pcm_layout(parameters_json: str) -> AudioFormat | None:
    """The layout that the request parameters describe, or None when they describe none."""
    parameters = json.loads(parameters_json) if parameters_json else {}
    given = {name: parameters[name] for name in _PCM_PARAMETERS if name in parameters}
    if not given:
        return None
    if "encoding" not in given:
        raise LiveTranslateError(
            ErrorCode.OPTION_INVALID,
            f"Request parameter encoding is missing beside {', '.join(given)}; set it to s16le, f32le or mulaw, "
            "or leave all three out for a file with a header.",
        )
    return decode_options(json.dumps(given), AudioFormat)


def _failure(message: str, status: Any) -> Any:
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(message, status))
