"""Where spans begin: with OpenTelemetry when a collector is named, with nothing otherwise.

OpenTelemetry is imported only then, so that a server without traces loads none of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from livetranslate.tracing.spans import NO_SPAN, Span, Value

ENDPOINT_VARIABLE = "LIVETRANSLATE_TRACES"
"""Base address of a collector that takes OTLP over HTTP, such as ``http://localhost:4318``; unset: no traces."""
SHARE_VARIABLE = "LIVETRANSLATE_TRACE_SHARE"
"""Share of traces that begin here and are recorded, 0 to 1; those that a caller began follow the caller's decision."""

DEFAULT_SHARE = 0.1
TRACEPARENT = "traceparent"


class Tracer(Protocol):
    """Begins spans."""

    def start(self, name: str, *, parent: str | None = None, **values: Value) -> Span:
        """A span; of this parent (W3C ``traceparent``), else of the one that this thread is inside of, else a root."""
        ...

    def close(self) -> None:
        """Sends what is recorded."""
        ...


class NoTracer:
    """Begins nothing."""

    def start(self, name: str, *, parent: str | None = None, **values: Value) -> Span:  # noqa: ARG002 - as Tracer says
        """Nothing."""
        return NO_SPAN

    def close(self) -> None:
        """There is nothing to send."""


def make_tracer(service: str, version: str, *, environment: Mapping[str, str] = os.environ) -> Tracer:
    """The tracer of one model version.

    Args:
        service: the model's name.
        version: its version.
        environment: see ``ENDPOINT_VARIABLE`` and ``SHARE_VARIABLE``.

    Raises:
        ValueError: the share is no number from 0 to 1.
        ImportError: traces are wanted and OpenTelemetry is not installed.
    """
    endpoint = environment.get(ENDPOINT_VARIABLE)
    if not endpoint:
        return NoTracer()
    share = float(environment.get(SHARE_VARIABLE) or DEFAULT_SHARE)
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{SHARE_VARIABLE} is {share:g}; it must be from 0 to 1.")
    from livetranslate.tracing.otel import OtelTracer

    return OtelTracer(service, version, endpoint=endpoint, share=share)


def current_headers() -> dict[str, str]:
    """What a call to another model carries, so that its spans join the one this thread is inside of."""
    if not os.environ.get(ENDPOINT_VARIABLE):
        return {}
    from livetranslate.tracing.otel import current_traceparent

    traceparent = current_traceparent()
    return {TRACEPARENT: traceparent} if traceparent else {}


def step(name: str, **values: Value) -> AbstractContextManager[None]:
    """A part of what this thread is inside of, as a span of its own; nothing where nobody traces."""
    if not os.environ.get(ENDPOINT_VARIABLE):
        return nullcontext()
    from livetranslate.tracing.otel import step as traced_step

    return traced_step(name, **values)


def parent_of(request: Any, parameters: Mapping[str, Any]) -> str | None:
    """The ``traceparent`` that a Triton request belongs to: of Triton's own span, else of the caller."""
    own = getattr(request, "trace", lambda: None)()
    context = own.get_context() if own is not None else None
    if context:
        return str(json.loads(context).get(TRACEPARENT) or "") or None
    given = parameters.get(TRACEPARENT)
    return str(given) if given else None
