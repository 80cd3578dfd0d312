"""Spans as a collector receives them; a real one is spoken to, over HTTP."""

import gzip
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from livetranslate.tracing import make_tracer
from livetranslate.tracing.spans import NO_SPAN
from livetranslate.tracing.tracer import NoTracer, current_headers, parent_of, step

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_WANTED = PARENT[:-1] + "0"


@contextmanager
def collector():
    """Keeps the spans that it is sent."""
    spans = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            request = ExportTraceServiceRequest.FromString(body)
            spans.extend(
                s for resource in request.resource_spans for scope in resource.scope_spans for s in scope.spans
            )
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def traced(monkeypatch):
    with collector() as (url, spans):
        monkeypatch.setenv("LIVETRANSLATE_TRACES", url)
        monkeypatch.setenv("LIVETRANSLATE_TRACE_SHARE", "1")
        yield spans


def test_without_a_collector_nothing_is_traced(monkeypatch):
    monkeypatch.delenv("LIVETRANSLATE_TRACES", raising=False)
    tracer = make_tracer("whisper", "1")
    assert isinstance(tracer, NoTracer)
    span = tracer.start("whisper", parent=PARENT)
    assert span is NO_SPAN
    with span.inside(), step("llm"):
        assert current_headers() == {}


def test_a_session_is_one_trace(traced):
    tracer = make_tracer("live_translation", "1")
    session = tracer.start("session", parent=PARENT, session_id="s-1")
    call = session.child("translate", language="es")
    with call.inside():
        traceparent = current_headers()["traceparent"]
        with step("llm", route="llm"):
            inner = current_headers()["traceparent"]
    call.end("DEADLINE_EXCEEDED")
    call.end()
    # what another model's process makes of the header
    other = tracer.start("translator", parent=traceparent)
    other.end()
    session.end()
    tracer.close()
    by_name = {span.name: span for span in traced}
    assert by_name.keys() == {"session", "translate", "llm", "translator"}
    assert {span.trace_id.hex() for span in traced} == {PARENT[3:35]}
    assert by_name["session"].parent_span_id.hex() == PARENT[36:52]
    assert by_name["translate"].parent_span_id == by_name["session"].span_id
    assert by_name["llm"].parent_span_id == by_name["translator"].parent_span_id == by_name["translate"].span_id
    assert inner.split("-")[2] == by_name["llm"].span_id.hex()
    assert by_name["translate"].status.message == "DEADLINE_EXCEEDED"
    assert [a.value.string_value for a in by_name["session"].attributes] == ["s-1"]


def test_an_error_within_a_step_is_its_status_and_no_more(traced):
    tracer = make_tracer("translator", "1")
    with pytest.raises(ValueError, match="secret"), tracer.start("sentence").inside(), step("prompt"):
        raise ValueError("secret words")
    tracer.close()
    (span,) = traced
    assert span.status.message == "ValueError"
    assert b"secret" not in span.SerializeToString()


def test_a_callers_decision_and_the_share_are_heeded(traced, monkeypatch):
    tracer = make_tracer("whisper", "1")
    tracer.start("whisper", parent=NOT_WANTED).end()
    tracer.close()
    monkeypatch.setenv("LIVETRANSLATE_TRACE_SHARE", "0")
    none = make_tracer("whisper", "1")
    none.start("whisper").end()
    none.start("wanted", parent=PARENT).end()
    none.close()
    assert [span.name for span in traced] == ["wanted"]


def test_a_share_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("LIVETRANSLATE_TRACES", "http://localhost:1")
    monkeypatch.setenv("LIVETRANSLATE_TRACE_SHARE", "1.5")
    with pytest.raises(ValueError, match="from 0 to 1"):
        make_tracer("whisper", "1")


def test_tritons_own_span_goes_before_the_callers():
    own = SimpleNamespace(get_context=lambda: json.dumps({"traceparent": PARENT}))
    assert parent_of(SimpleNamespace(trace=lambda: own), {"traceparent": NOT_WANTED}) == PARENT
    untraced = SimpleNamespace(trace=lambda: SimpleNamespace(get_context=lambda: None))
    assert parent_of(untraced, {"traceparent": NOT_WANTED}) == NOT_WANTED
    assert parent_of(SimpleNamespace(), {}) is None
