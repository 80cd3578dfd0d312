"""What every model that answers requests reports: how long they took, which failed, how long it took to load."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from livetranslate.protocol.errors import ErrorCode
from livetranslate.protocol.metric_reporter import MetricReporter


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
        self.reporter = MetricReporter(pb_utils, labels={"service": service, "model": model, "version": version})

    def loaded(self, device: str = "CPU") -> None:
        """The model is ready: reports what that took since this object was made, and the device it runs on."""
        self.reporter.set("livetranslate_model_load_seconds", monotonic() - self._began_s)
        self.reporter.set("livetranslate_device_info", 1.0, device=device)

    def begin(self) -> Callable[[ErrorCode | None], None]:
        """A request came in; call what this returns, with the error's code or None, when it is answered."""
        began_s = monotonic()
        lock = threading.Lock()
        is_over = False

        def end(code: ErrorCode | None) -> None:
            nonlocal is_over
            with lock:
                if is_over:
                    return
                is_over = True
            if code is None:
                self.reporter.observe("ml_inference_latency_seconds", monotonic() - began_s)
            else:
                self.reporter.count("ml_inference_errors_total", error_type=code.value)

        return end

    def batch(self, size: int) -> None:
        """The model works on so many requests together."""
        self.reporter.observe("livetranslate_batch_size", float(size))

    def close(self) -> None:
        """Withdraws the metrics; in the model's ``finalize``."""
        self.reporter.close()
