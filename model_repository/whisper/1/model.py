"""Triton adapter of the speech recogniser: audio and options in, a transcript out."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import triton_python_backend_utils as pb_utils
from engine_settings import EngineSettings
from transcriber import Transcriber
from whisper_engine import CancelledByCallerError, Samples

from livetranslate.protocol import ErrorCode, LiveTranslateError, TranscribeOptions, decode_options, tensors

_LONG_FILES_AT_ONCE = 2


class TritonPythonModel:
    """Answers each request as soon as its clip is done; long files go on beside, window by window."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads and warms up the engine."""
        weights = Path(args["model_repository"]) / args["model_version"] / "weights"
        settings = EngineSettings.from_parameters(json.loads(args["model_config"])["parameters"])
        self._transcriber = Transcriber.load(weights, settings, log=pb_utils.Logger.log_info)
        self._long_files = ThreadPoolExecutor(_LONG_FILES_AT_ONCE, thread_name_prefix="long_file")

    def execute(self, requests: list[Any]) -> None:
        """Handles a batch in order; each response leaves by its own sender."""
        for request in requests:
            answer = _Answer(request)
            try:
                samples, options = _read(request)
            except LiveTranslateError as error:
                answer.fail(error)
                continue
            if self._transcriber.is_long(samples):
                self._long_files.submit(self._transcribe, samples.copy(), options, answer)
            else:
                self._transcribe(samples, options, answer)

    def finalize(self) -> None:
        """Waits for long files that still run."""
        self._long_files.shutdown(wait=True)

    def _transcribe(self, samples: Samples, options: TranscribeOptions, answer: _Answer) -> None:
        try:
            transcript = self._transcriber.transcribe(samples, options, answer.is_cancelled)
        except CancelledByCallerError:
            answer.cancelled()
        except LiveTranslateError as error:
            answer.fail(error)
        except Exception as error:  # noqa: BLE001 - a failing clip must neither hang its caller nor harm the next one
            pb_utils.Logger.log_error(f"whisper: {type(error).__name__}: {error}")
            message = (
                f"Speech recognition failed ({type(error).__name__}: {error}). Try again; if it persists, report it."
            )
            answer.fail(LiveTranslateError(ErrorCode.TRANSCRIPTION_FAILED, message))
        else:
            answer.send(
                [
                    _text_tensor(tensors.TRANSCRIPT, msgspec.json.encode(transcript)),
                    _text_tensor(tensors.TEXT, transcript.text.encode()),
                ]
            )


class _Answer:
    """The one response of a request."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._sender = request.get_response_sender()

    def is_cancelled(self) -> bool:
        """Whether the caller went away."""
        return bool(self._request.is_cancelled())

    def send(self, outputs: list[Any]) -> None:
        """The result."""
        self._finish(pb_utils.InferenceResponse(outputs))

    def fail(self, error: LiveTranslateError) -> None:
        """The error, with a status that says whose fault it is."""
        internal = error.code in (ErrorCode.TRANSCRIPTION_FAILED, ErrorCode.INTERNAL)
        status = pb_utils.TritonError.INTERNAL if internal else pb_utils.TritonError.INVALID_ARG
        self._finish(pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error), status)))

    def cancelled(self) -> None:
        """Nobody reads it, but Triton waits for it."""
        error = pb_utils.TritonError("The caller cancelled the request.", pb_utils.TritonError.CANCELLED)
        self._finish(pb_utils.InferenceResponse(error=error))

    def _finish(self, response: Any) -> None:
        self._sender.send(response, flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)


def _read(request: Any) -> tuple[Samples, TranscribeOptions]:
    audio = pb_utils.get_input_tensor_by_name(request, tensors.AUDIO).as_numpy()
    if audio.shape[0] != 1:
        raise LiveTranslateError(
            ErrorCode.BATCH_UNSUPPORTED,
            f"AUDIO has shape {list(audio.shape)}; send one clip a request, shape [1, samples]. "
            "The server batches concurrent requests itself.",
        )
    options = pb_utils.get_input_tensor_by_name(request, tensors.OPTIONS)
    if options is None:
        return audio[0], TranscribeOptions()
    return audio[0], decode_options(options.as_numpy().reshape(-1)[0], TranscribeOptions)


def _text_tensor(name: str, value: bytes) -> Any:
    return pb_utils.Tensor(name, np.array([[value]], object))
