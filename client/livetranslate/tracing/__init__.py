"""Traces of sessions and requests, sent to an OpenTelemetry collector; off unless the server is told of one.

Spans say what happened when, for how long and with what outcome: counts, durations, codes, versions. Never what was
said.
"""

from livetranslate.tracing.spans import Span
from livetranslate.tracing.tracer import ENDPOINT_VARIABLE, SHARE_VARIABLE, Tracer, make_tracer

__all__ = ["ENDPOINT_VARIABLE", "SHARE_VARIABLE", "Span", "Tracer", "make_tracer"]
