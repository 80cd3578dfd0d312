"""What every model that answers requests reports: how long they took, which failed, how long it took to load.

Where traces are wanted (:mod:`livetranslate.tracing`), each request is a span, too.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any

import msgspec

from livetranslate.protocol.errors import ErrorCode
from livetranslate.protocol.metric_reporter import MetricReporter
from livetranslate.tracing.spans import NO_SPAN, Span
from livetranslate.tracing.tracer import NoTracer, make_tracer, parent_of


class RequestWatch:
    """One request, from its arrival to its answer. Call it with the error's code, or None, when it is answered."""

    def __init__(self, reporter: MetricReporter, span: Span) -> None:
        self._reporter = reporter
        self._span = span
        self._began_s = monotonic()
        self._lock = threading.Lock()
        self._is_over = False

    def __call__(self, code: ErrorCode | None) -> None:
        """The request is answered; a second call says nothing."""
        with self._lock:
            if self._is_over:
                return
            self._is_over = True
        if code is None:
            self._reporter.observe("ml_inference_latency_seconds", monotonic() - self._began_s)
        else:
            self._reporter.count("ml_inference_errors_total", error_type=code.value)
        self._span.end(None if code is None else code.value)

    def inside(self) -> AbstractContextManager[None]:
        """Calls that this thread makes in the block belong to the request's trace."""
        return self._span.inside()


class RequestMetrics:
    """The metrics of a model version's requests.

    Args:
        pb_utils: Triton's module.
        service: what the model is for: ``audio``, ``speech_recognition``, ``translation``.
        model: the model's name.
        version: its version.
    """

    def __init__(self, pb_utils: Any, *, service: str, model: str, version: str) -> None:
        self._began_s = monotonic()
        self._model = model
        self.reporter = MetricReporter(pb_utils, labels={"service": service, "model": model, "version": version})
        self._tracer = make_tracer(model, version)
        self._traces = not isinstance(self._tracer, NoTracer)

    def loaded(self, device: str = "CPU") -> None:
        """The model is ready: reports what that took since this object was made, and the device it runs on."""
        self.reporter.set("livetranslate_model_load_seconds", monotonic() - self._began_s)
        self.reporter.set("livetranslate_device_info", 1.0, device=device)

    def begin(self, request: Any) -> RequestWatch:
        """A request came in; call what this returns, with the error's code or None, when it is answered."""
        return RequestWatch(self.reporter, self._span(request) if self._traces else NO_SPAN)

    def batch(self, size: int) -> None:
        """The model works on so many requests together."""
        self.reporter.observe("livetranslate_batch_size", float(size))

    def close(self) -> None:
        """Withdraws the metrics, and sends the last spans; in the model's ``finalize``."""
        self.reporter.close()
        self._tracer.close()

    def _span(self, request: Any) -> Span:
        text = request.parameters()
        return self._tracer.start(self._model, parent=parent_of(request, msgspec.json.decode(text) if text else {}))
