"""The scores as metrics of their own: a file for node_exporter's textfile collector, or a small page to scrape."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from livetranslate_tools.drift.errors import DriftError
from livetranslate_tools.drift.reference import replace
from livetranslate_tools.drift.sustained import DriftState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SCORE = "Drift beyond what is usual: Jensen-Shannon divergence in bits, or a ratio's relative change."
_DETECTED = "1 while the signal drifts, else 0."
_END = "Unix time of the end of the last window that was judged."


def page(state: DriftState, *, window_end_s: float | None) -> str:
    """All gauges in Prometheus' text format; a signal that was not judged in the last window has no score."""
    scores = [(one.signal, one.score) for one in state.latest if one.score is not None]
    drifted = set(state.drifted)
    detected = [(one.signal, float(one.signal in drifted)) for one in state.latest]
    lines = [*_gauge("livetranslate_drift_score", _SCORE, scores)]
    lines += _gauge("livetranslate_drift_detected", _DETECTED, detected)
    if window_end_s is not None:
        name = "livetranslate_drift_window_end_timestamp_seconds"
        lines += [f"# HELP {name} {_END}", f"# TYPE {name} gauge", f"{name} {window_end_s:.3f}"]
    return "\n".join(lines) + "\n"


def write(file: Path, text: str) -> None:
    """Puts the page where node_exporter reads it, whole.

    Raises:
        DriftError: it cannot be written, or node_exporter would not read it.
    """
    if file.suffix != ".prom":
        raise DriftError(f"{file} would not be read: the textfile collector takes files that end in .prom.")
    replace(file, text.encode())


class GaugePage:
    """Serves the newest page at ``/metrics``, in a thread of its own, until it is closed.

    Args:
        address: ``host:port``; port 0 takes a free one.

    Raises:
        DriftError: it is no such address, or cannot be listened on.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise DriftError(f"{address!r} is no host:port, such as localhost:9109.")
        self._text = page(DriftState(), window_end_s=None)
        try:
            self._server = ThreadingHTTPServer((host.strip("[]"), int(port)), self._handler())
        except OSError as error:
            raise DriftError(f"{address} cannot be listened on ({error.strerror}); choose another port.") from None
        self._thread = threading.Thread(target=self._server.serve_forever, name="drift-gauges", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the page is."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}/metrics"

    def show(self, text: str) -> None:
        """The page from now on."""
        self._text = text

    def close(self) -> None:
        """Ends the thread and frees the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            """Answers GET /metrics."""

            def do_GET(self) -> None:
                """Sends the page."""
                if self.path.partition("?")[0] not in ("/metrics", "/"):
                    self.send_error(404, "The metrics are at /metrics.")
                    return
                body = owner._text.encode()
                self.send_response(200)
                self.send_header("Content-Type", CONTENT_TYPE)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing about each scrape."""

        return Handler


def _gauge(name: str, help_text: str, values: list[tuple[str, float]]) -> list[str]:
    lines = [f"# HELP {name} {help_text}", f"# TYPE {name} gauge"]
    return [*lines, *(f'{name}{{signal="{signal}"}} {value:.6g}' for signal, value in values)]
