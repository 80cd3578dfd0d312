"""A model hub on the loopback that speaks as much of the hub's protocol as ``huggingface_hub`` needs for a snapshot.

The library itself is the real one: it lists the repository, asks for each file's head, downloads with ranges and
keeps its own cache. Only the machine at the other end is ours.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "tiny/llm"


@dataclass
class Hub:
    """What the hub holds and does.

    Attributes:
        files: path -> content; ``*.safetensors`` are in large-file storage.
        served: contents to serve instead (a hub that lies about a file).
        lies: how many downloads of a file in ``served`` get the wrong content.
        breaks: files whose next download breaks off in the middle.
        gated: answer 403 as for a repository whose licence was not accepted.
        downloads: paths in the order in which their contents were asked for.
        ranges: the Range headers that came with them.
    """

    files: dict[str, bytes]
    served: dict[str, bytes] = field(default_factory=dict)
    lies: int = 1000
    breaks: set[str] = field(default_factory=set)
    gated: bool = False
    downloads: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    endpoint: str = ""

    def listing(self) -> dict[str, object]:
        siblings = []
        for name, data in self.files.items():
            entry: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": git_blob(data)}
            if name.endswith(".safetensors"):
                entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
            siblings.append(entry)
        return {"_id": "1", "id": REPO, "modelId": REPO, "sha": COMMIT, "siblings": siblings, "private": False}

    def etag(self, name: str) -> str:
        data = self.files[name]
        return hashlib.sha256(data).hexdigest() if name.endswith(".safetensors") else git_blob(data)


def git_blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def log_message(self, format: str, *args: object) -> None: ...

        def _answer(self, *, with_body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            if hub.gated:
                self._send(403, b"gated", {"X-Error-Code": "GatedRepo", "X-Error-Message": "accept it"}, with_body)
            elif path.startswith(f"/api/models/{REPO}"):
                revision = path.rpartition("/revision/")[2] if "/revision/" in path else COMMIT
                if revision not in (COMMIT, "main"):
                    self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"}, with_body)
                else:
                    self._send(200, json.dumps(hub.listing()).encode(), {"Content-Type": "application/json"}, with_body)
            elif path.startswith(f"/{REPO}/resolve/{COMMIT}/"):
                self._file(path.split(COMMIT + "/", 1)[1], with_body=with_body)
            else:
                self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"}, with_body)

        def _file(self, name: str, *, with_body: bool) -> None:
            data = hub.files[name]
            headers = {"ETag": f'"{hub.etag(name)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
            if with_body:
                hub.downloads.append(name)
                if name in hub.served and hub.lies > 0:
                    hub.lies -= 1
                    data = hub.served[name]
            if with_body and name in hub.breaks:
                hub.breaks.remove(name)
                self._break_off(data, headers)
                return
            wanted = self.headers.get("Range", "")
            if with_body and wanted.startswith("bytes="):
                hub.ranges.append(wanted)
                start = int(wanted.removeprefix("bytes=").split("-")[0])
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
                self._send(206, data[start:], headers, with_body)
            else:
                self._send(200, data, headers, with_body)

        def _break_off(self, data: bytes, headers: dict[str, str]) -> None:
            self.send_response(200)
            for key, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True

        def _send(self, status: int, body: bytes, headers: dict[str, str], with_body: bool) -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    return Handler
