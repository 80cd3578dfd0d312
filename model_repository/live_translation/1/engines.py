"""The engines a session calls: other models of the same Triton, through its business-logic scripting (BLS).

``pb_utils`` is handed in, so that this module is imported and typed without Triton.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from time import monotonic
from typing import Any, Protocol

import msgspec
import numpy as np

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    TranslateOptions,
    TranslationResult,
    WindowOptions,
    WindowText,
    encode_options,
    tensors,
)
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.metric_reporter import MetricReporter
from livetranslate.protocol.model_calls import ModelCalls
from livetranslate.protocol.pcm import Samples
from livetranslate.tracing.spans import NO_SPAN, Span


class Recogniser(Protocol):
    """Speech to words."""

    def hear(self, audio: Samples, options: WindowOptions) -> WindowText:
        """Decodes a window, FP32 [n] at 16 kHz; times count from its first sample."""
        ...


class Translator(Protocol):
    """Text to text, streamed."""

    def translate(
        self, text: str, options: TranslateOptions, *, on_text: Callable[[str], None], is_cancelled: Callable[[], bool]
    ) -> TranslationResult:
        """Translates; ``on_text`` gets the translation so far each time it has changed."""
        ...


class TritonEngines:
    """Recogniser and translator made of the models ``whisper`` and ``translator``.

    Args:
        pb_utils: Triton's module.
        reporter: takes how long recognitions take and what comes of them.
        on_recognised: told how long each took, seconds.
    """

    def __init__(self, pb_utils: Any, reporter: MetricReporter, *, on_recognised: Callable[[float], None]) -> None:
        self._pb = pb_utils
        self._on_recognised = on_recognised
        self._reporter = reporter
        self._recognition = ModelCalls(pb_utils, failed=ErrorCode.TRANSCRIPTION_FAILED)
        self._translation = ModelCalls(pb_utils, failed=ErrorCode.TRANSLATION_FAILED)
        self._span: Span = NO_SPAN

    def within(self, span: Span) -> TritonEngines:
        """The same engines, whose calls are spans within this one."""
        engines = copy(self)
        engines._span = span
        return engines

    def hear(self, audio: Samples, options: WindowOptions) -> WindowText:
        """Calls ``whisper``; Triton batches the calls of many sessions."""
        inputs = [
            self._pb.Tensor(tensors.AUDIO, np.ascontiguousarray(audio[np.newaxis, :], dtype=np.float32)),
            self._recognition.text(tensors.WINDOW, encode_options(options), shape=(1, 1)),
        ]
        began_s = monotonic()
        result = "FAILED"
        span = self._span.child("recognise", audio_s=round(len(audio) / SAMPLE_RATE_HZ, 2))
        try:
            with span.inside():
                (answer,) = self._recognition.call(tensors.WHISPER, inputs, [tensors.WINDOW_TEXT])
            text = msgspec.json.decode(answer.reshape(-1)[0], type=WindowText)
            result = "WORDS" if text.words or options.prefix else "NOTHING"
            return text
        finally:
            span.set(result=result)
            span.end("FAILED" if result == "FAILED" else None)
            self._reporter.count("livetranslate_recognitions_total", result=result)
            took_s = monotonic() - began_s
            self._reporter.observe("livetranslate_recognition_seconds", took_s)
            self._on_recognised(took_s)

    def translate(
        self, text: str, options: TranslateOptions, *, on_text: Callable[[str], None], is_cancelled: Callable[[], bool]
    ) -> TranslationResult:
        """Calls ``translator``, which streams the translation so far and ends with its result."""
        inputs = [
            self._translation.text(tensors.TEXT, text.encode(), shape=(1, 1)),
            self._translation.text(tensors.OPTIONS, encode_options(options), shape=(1, 1)),
        ]
        outputs = [tensors.TRANSLATION_SO_FAR, tensors.RESULT]
        span = self._span.child("translate", language=options.target)
        try:
            with span.inside():
                for so_far, result in self._translation.stream(tensors.TRANSLATOR, inputs, outputs):
                    if is_cancelled():
                        raise LiveTranslateError(
                            ErrorCode.SESSION_CANCELLED, "Its translation was not wanted any more."
                        )
                    if result is not None:
                        return msgspec.json.decode(result.reshape(-1)[0], type=TranslationResult)
                    on_text(so_far.reshape(-1)[0].decode())
            raise LiveTranslateError(ErrorCode.TRANSLATION_FAILED, "The model 'translator' ended without a result.")
        except LiveTranslateError as error:
            span.end(error.code.value)
            raise
        finally:
            span.end()
