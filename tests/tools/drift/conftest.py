"""A metrics endpoint over real HTTP whose counters a test moves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.tools.drift.services import Service


@dataclass
class Endpoint:
    """A service and its page.

    Attributes:
        url: of the page.
        service: what is counted.
        pages: how many were asked for.
        is_away: the page is 503.
        mean: level of what is heard next.
        utterances: of each session that is heard next.
    """

    url: str = ""
    service: Service = field(default_factory=Service)
    pages: int = 0
    is_away: bool = False
    mean: float = -25.0
    utterances: int = 15


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.pages += 1
            body = state.service.page().encode()
            self.send_response(503 if state.is_away else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"127.0.0.1:{server.server_address[1]}"
    yield state
    server.shutdown()
    server.server_close()
