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
from answer import Answer
from engine_probe import load_clips
from engine_settings import EngineSettings
from live_decoder import LiveWindow
from live_windows import LiveWindows
from transcriber import Transcriber
from whisper_engine import CancelledByCallerError, Samples

from livetranslate.access import Gate
from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    TranscribeOptions,
    WindowOptions,
    decode_options,
    tensors,
)
from livetranslate.protocol.request_metrics import RequestMetrics

_LONG_FILES_AT_ONCE = 2


class TritonPythonModel:
    """Answers each request as soon as its clip is done; long files go on beside, window by window."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads and warms up the engine."""
        self._metrics = RequestMetrics(
            pb_utils, service="speech_recognition", model=tensors.WHISPER, version=args["model_version"]
        )
        self._gate = Gate.from_environment(on_problem=pb_utils.Logger.log_error)
        weights = Path(args["model_repository"]) / args["model_version"] / "weights"
        settings = EngineSettings.from_parameters(json.loads(args["model_config"])["parameters"])
        self._transcriber = Transcriber.load(weights, settings, log=pb_utils.Logger.log_info)
        self._live = LiveWindows.load(
            weights, self._transcriber.device, settings, turns=self._transcriber.turns, clips=load_clips()
        )
        self._long_files = ThreadPoolExecutor(_LONG_FILES_AT_ONCE, thread_name_prefix="long_file")
        self._metrics.loaded(self._transcriber.device)

    def execute(self, requests: list[Any]) -> None:
        """Handles a batch: live windows first and together, then clips in order; each response by its own sender."""
        windows: list[tuple[Answer, LiveWindow]] = []
        clips: list[tuple[Answer, Samples, TranscribeOptions]] = []
        for request in requests:
            answer = Answer(request, pb_utils, on_end=self._metrics.begin(request))
            try:
                self._gate.admit(request)
                window = pb_utils.get_input_tensor_by_name(request, tensors.WINDOW)
                if window is None:
                    clips.append((answer, _samples(request), _options(request)))
                    continue
                live = LiveWindow(_samples(request), decode_options(window.as_numpy().reshape(-1)[0], WindowOptions))
                self._live.check(live)
                windows.append((answer, live))
            except LiveTranslateError as error:
                answer.fail(error)
        self._hear(windows)
        for answer, samples, options in clips:
            if self._transcriber.is_long(samples):
                self._long_files.submit(self._transcribe, samples.copy(), options, answer)
            else:
                self._transcribe(samples, options, answer)

    def finalize(self) -> None:
        """Waits for long files that still run, and withdraws the metrics."""
        self._long_files.shutdown(wait=True)
        self._metrics.close()

    def _hear(self, windows: list[tuple[Answer, LiveWindow]]) -> None:
        for answer, _ in windows:
            if answer.is_cancelled():
                answer.cancelled()
        wanted = [(answer, window) for answer, window in windows if not answer.is_finished]
        if not wanted:
            return
        self._metrics.batch(len(wanted))
        try:
            texts = self._live.decode([window for _, window in wanted])
        except Exception as error:  # noqa: BLE001 - no caller may be left waiting
            for answer, _ in wanted:
                answer.fail(_failure(error))
            return
        for (answer, _), text in zip(wanted, texts, strict=True):
            answer.send([_text_tensor(tensors.WINDOW_TEXT, msgspec.json.encode(text))])

    def _transcribe(self, samples: Samples, options: TranscribeOptions, answer: Answer) -> None:
        try:
            transcript = self._transcriber.transcribe(samples, options, answer.is_cancelled)
        except CancelledByCallerError:
            answer.cancelled()
        except LiveTranslateError as error:
            answer.fail(error)
        except Exception as error:  # noqa: BLE001 - a failing clip must neither hang its caller nor harm the next one
            answer.fail(_failure(error))
        else:
            answer.send(
                [
                    _text_tensor(tensors.TRANSCRIPT, msgspec.json.encode(transcript)),
                    _text_tensor(tensors.TEXT, transcript.text.encode()),
                ]
            )


def _failure(error: Exception) -> LiveTranslateError:
    if isinstance(error, LiveTranslateError):
        return error
    pb_utils.Logger.log_error(f"whisper: {type(error).__name__}: {error}")
    message = f"Speech recognition failed ({type(error).__name__}: {error}). Try again; if it persists, report it."
    return LiveTranslateError(ErrorCode.TRANSCRIPTION_FAILED, message)


def _samples(request: Any) -> Samples:
    tensor = pb_utils.get_input_tensor_by_name(request, tensors.AUDIO)
    if tensor is None:  # Triton counts inputs and lets one with OPTIONS alone pass
        raise LiveTranslateError(ErrorCode.AUDIO_EMPTY, "AUDIO is missing; send FP32 samples at 16 kHz, [1, n].")
    audio = tensor.as_numpy()
    if audio.shape[0] != 1:
        raise LiveTranslateError(
            ErrorCode.BATCH_UNSUPPORTED,
            f"AUDIO has shape {list(audio.shape)}; send one clip a request, shape [1, samples]. "
            "The server batches concurrent requests itself.",
        )
    samples: Samples = audio[0]
    return samples


def _options(request: Any) -> TranscribeOptions:
    options = pb_utils.get_input_tensor_by_name(request, tensors.OPTIONS)
    return (
        TranscribeOptions() if options is None else decode_options(options.as_numpy().reshape(-1)[0], TranscribeOptions)
    )


def _text_tensor(name: str, value: bytes) -> Any:
    return pb_utils.Tensor(name, np.array([[value]], object))
