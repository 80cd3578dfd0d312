"""Spans by OpenTelemetry's SDK, sent in the background as OTLP over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from livetranslate.tracing.spans import Span, Value

_PROPAGATOR = TraceContextTextMapPropagator()
_TIMEOUT_S = 5.0
_LATEST: list[trace.Tracer] = []


class OtelSpan:
    """A span of OpenTelemetry's."""

    def __init__(self, tracer: trace.Tracer, span: trace.Span) -> None:
        self._tracer = tracer
        self._span = span
        self._is_over = False

    @property
    def is_recorded(self) -> bool:
        """Whether it was sampled."""
        return self._span.is_recording()

    def set(self, **values: Value) -> None:
        """Facts, under the project's own prefix."""
        self._span.set_attributes({f"livetranslate.{name}": value for name, value in values.items()})

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Makes it the current span of this thread; it is not ended."""
        with trace.use_span(self._span, end_on_exit=False, record_exception=False, set_status_on_exception=False):
            yield

    def child(self, name: str, **values: Value) -> Span:
        """A span within it."""
        span = OtelSpan(self._tracer, self._tracer.start_span(name, context=trace.set_span_in_context(self._span)))
        span.set(**values)
        return span

    def end(self, error: str | None = None) -> None:
        """Ends it; an error's code is its status, its sentence is not kept."""
        if self._is_over:
            return
        self._is_over = True
        if error is not None:
            self._span.set_status(Status(StatusCode.ERROR, error))
        self._span.end()


class OtelTracer:
    """Begins spans of one model version.

    Args:
        service: the model's name.
        version: its version.
        endpoint: base address of the collector.
        share: of traces that begin here.
    """

    def __init__(self, service: str, version: str, *, endpoint: str, share: float) -> None:
        resource = Resource.create(
            {"service.namespace": "livetranslate", "service.name": service, "service.version": version}
        )
        self._provider = TracerProvider(resource=resource, sampler=ParentBased(TraceIdRatioBased(share)))
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_TIMEOUT_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("livetranslate")
        _LATEST[:] = [self._tracer]

    def start(self, name: str, *, parent: str | None = None, **values: Value) -> Span:
        """A span of this parent, else of the thread's, else a root."""
        context: Context | None = _PROPAGATOR.extract({"traceparent": parent}) if parent else None
        span = OtelSpan(self._tracer, self._tracer.start_span(name, context=context))
        span.set(**values)
        return span

    def close(self) -> None:
        """Sends what is recorded; gives up after a few seconds."""
        self._provider.shutdown()


def current_traceparent() -> str | None:
    """W3C ``traceparent`` of the span that this thread is inside of; None outside of any."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def step(name: str, **values: Value) -> Iterator[None]:
    """A span within the one that this thread is inside of; none outside of any."""
    around = trace.get_current_span()
    if not around.get_span_context().is_valid:
        yield
        return
    span = OtelSpan(_tracer(), _tracer().start_span(name))
    span.set(**values)
    try:
        with span.inside():
            yield
    except BaseException as problem:
        span.end(type(problem).__name__)
        raise
    finally:
        span.end()


def _tracer() -> trace.Tracer:
    """Of this process, which is one model's."""
    return _LATEST[-1] if _LATEST else trace.get_tracer("livetranslate")
