"""Triton adapter of the translator: one sentence in; the translation so far, and last the checked result out."""

from __future__ import annotations

import gc
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import msgspec
import numpy as np
import target_language
import triton_python_backend_utils as pb_utils
from remote_settings import RemoteSettings
from route_set import make_chain
from sentence_translator import SentenceTranslator
from translation_work import TranslationWork
from translator_metrics import TranslatorMetrics
from translator_settings import TranslatorSettings

from livetranslate.access import Gate
from livetranslate.protocol import ErrorCode, LiveTranslateError, TranslateOptions, decode_options, tensors
from livetranslate.protocol.request_metrics import RequestMetrics, RequestWatch
from livetranslate.protocol.text import read_text

FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


class TritonPythonModel:
    """The model as Triton sees it."""

    def initialize(self, args: dict[str, str]) -> None:
        """Builds the routes that the model's parameters and the environment name."""
        self._requests = RequestMetrics(
            pb_utils, service="translation", model=tensors.TRANSLATOR, version=args["model_version"]
        )
        self._gate = Gate.from_environment(on_problem=pb_utils.Logger.log_error)
        target_language.load()  # else the first sentence would wait for it
        settings = TranslatorSettings.from_config(json.loads(args["model_config"]))
        remote = RemoteSettings.from_environment()
        names = (*(pair.name for pair in settings.routes), *(("remote",) if remote else ()))
        metrics = TranslatorMetrics(self._requests.reporter, routes=names)
        self._translator = SentenceTranslator(
            chain=make_chain(settings, pb_utils=pb_utils, observer=metrics, remote=remote),
            timeout_s=settings.timeout_s,
            on_flag=metrics.flag,
        )
        self._work = TranslationWork(running=settings.max_running, waiting=settings.max_waiting)
        self._requests.loaded()

    def execute(self, requests: list[Any]) -> None:
        """Hands every request to a worker; never waits for one."""
        for request in requests:
            sender, on_end = request.get_response_sender(), self._requests.begin(request)
            try:
                self._gate.admit(request)
                text, options = _read(request)
                self._work.submit(partial(self._respond, sender, text, options, on_end))
            except Exception as problem:  # noqa: BLE001 - reported, with a code
                # One bad request must not harm its neighbours in this batch.
                on_end(_refuse(sender, problem))

    def finalize(self) -> None:
        """Lets the sentences under way be finished."""
        self._work.close(timeout_s=20.0)
        # Metrics go before their families, and both before the stub's own end, or it crashes on the way out.
        del self._translator, self._work
        self._requests.close()
        gc.collect()

    def _respond(self, sender: Any, text: str, options: TranslateOptions, on_end: RequestWatch) -> None:
        try:
            with on_end.inside():
                result = self._translator.translate(
                    text,
                    options,
                    on_text=lambda so_far: sender.send(_response(tensors.TRANSLATION_SO_FAR, so_far.encode())),
                    is_cancelled=sender.is_cancelled,
                )
            sender.send(_response(tensors.RESULT, msgspec.json.encode(result)), flags=FINAL)
            on_end(None)
        except Exception as problem:  # noqa: BLE001 - reported, with a code
            on_end(_refuse(sender, problem))


def _read(request: Any) -> tuple[str, TranslateOptions]:
    data, options = (
        bytes(pb_utils.get_input_tensor_by_name(request, name).as_numpy().reshape(-1)[0])
        for name in (tensors.TEXT, tensors.OPTIONS)
    )
    return read_text(data), decode_options(options, TranslateOptions)


def _response(name: str, value: bytes) -> Any:
    return pb_utils.InferenceResponse([pb_utils.Tensor(name, np.array([value], dtype=np.object_))])


def _refuse(sender: Any, problem: BaseException) -> ErrorCode:
    """Sends the error; returns its code."""
    if not isinstance(problem, LiveTranslateError):
        problem = LiveTranslateError(ErrorCode.INTERNAL, f"{type(problem).__name__}: {problem}")
    kind = pb_utils.TritonError.UNAVAILABLE if problem.code.retryable else pb_utils.TritonError.INVALID_ARG
    kind = pb_utils.TritonError.INTERNAL if problem.code is ErrorCode.INTERNAL else kind
    sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(str(problem), kind)), flags=FINAL)
    return problem.code
