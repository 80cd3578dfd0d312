"""A real HTTP server that streams chat completions as its script says, for the tests of the remote route."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request, and the means to answer it."""

    handler: BaseHTTPRequestHandler
    path: str
    headers: dict[str, str]
    body: dict
    released: threading.Event

    def begin(self, status: int = 200, kind: str = "text/event-stream; charset=utf-8", **headers: str) -> None:
        self.handler.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def send(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def event(self, content: str | None = None, *, finish: str | None = None, end: str = "\n\n") -> None:
        chunk = {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]}
        self.send(f"data: {json.dumps(chunk, ensure_ascii=False)}{end}".encode())

    def done(self) -> None:
        self.send(b"data: [DONE]\n\n")

    def hang(self) -> None:
        """Says nothing until the test is over."""
        self.released.wait(30)

    def cut(self) -> None:
        """Breaks the connection."""
        self.handler.connection.shutdown(socket.SHUT_RDWR)


@dataclass
class ChatServer:
    """What the tests see of it."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    seen: list[Exchange] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A server on a free port of this machine; its ``answers`` are given in turn, the last one again and again."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            exchange = Exchange(self, self.path, headers, json.loads(self.rfile.read(length)), server.released)
            answer = server.answers[min(len(server.seen), len(server.answers) - 1)]
            server.seen.append(exchange)
            try:
                answer(exchange)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client went away, as many of these tests want it to

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the tests' output clean."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64  # the usual 5 makes one of many callers wait for a second

    http = Server(("127.0.0.1", 0), Handler)
    server = ChatServer(f"http://127.0.0.1:{http.server_address[1]}/v1")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        http.shutdown()
        http.server_close()
