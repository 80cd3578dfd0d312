"""Bytes for the HTTP port: requests whose body, lengths, headers or path are wrong."""

from __future__ import annotations

import base64
import gzip
import json
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

from livetranslate.protocol import tensors
from loadtests.faults.bad_requests import valid
from loadtests.faults.bad_requests.request import BadRequest, Door

BOMB_BYTES = 32 << 20
"""What the compressed bodies grow to: enough to be seen, too little to hurt a machine."""
DEPTHS = (10, 500, 5_000, 100_000)
BINARY_HEADER = "Inference-Header-Content-Length"


def bad_http(dice: random.Random) -> BadRequest:
    """One HTTP request as it is written to the socket."""
    what, data = dice.choice(_WAYS)(dice)
    return BadRequest("http", what, "", Door.HTTP, (data,))


def request(
    path: str,
    body: bytes,
    *,
    method: str = "POST",
    length: int | str | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    """Head and body; ``length`` stands in for the body's own where it is given."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


def inference(model: str) -> tuple[str, dict[str, object]]:
    """Path and JSON body of a valid inference over HTTP."""
    inputs = [
        {
            "name": one.name,
            "shape": list(one.shape),
            "datatype": one.datatype,
            "data": _json_data(one.datatype, one.data),
        }
        for one in valid.inputs_of(model)
    ]
    return f"/v2/models/{model}/infer", {"inputs": inputs}


def _json_data(datatype: str, data: bytes) -> list[object]:
    if datatype == "BYTES":
        return [data[4:].decode("latin-1")]
    if datatype == "FP32":
        return list(struct.unpack(f"<{len(data) // 4}f", data))
    return [bool(one) for one in data] if datatype == "BOOL" else list(data)


def _call_model(dice: random.Random) -> str:
    return dice.choice((tensors.WHISPER, tensors.AUDIO_DECODER, tensors.TRANSLATION_PROMPT, tensors.TRANSCRIBE))


def _bad_json(dice: random.Random) -> tuple[str, bytes]:
    path, content = inference(_call_model(dice))
    body = json.dumps(content).encode()
    what, bad = dice.choice(
        (
            ("cut", body[: dice.randrange(len(body))]),
            ("empty", b""),
            ("no JSON", b"hello"),
            ("a list", b"[" + body + b"]"),
            ("inputs are a number", b'{"inputs": 7}'),
            ("inputs are null", b'{"inputs": [null, null]}'),
            ("an input without name", b'{"inputs": [{"shape": [1], "datatype": "FP32", "data": [1]}]}'),
            ("no UTF-8", b'{"inputs": "\xff\xfe"}'),
            ("zero bytes", bytes(100)),
        )
    )
    return f"JSON: {what}", request(path, bad)


def _odd_field(dice: random.Random) -> tuple[str, bytes]:
    path, content = inference(_call_model(dice))
    field = dice.choice(("shape", "datatype", "data", "name", "parameters"))
    inputs = content["inputs"]
    assert isinstance(inputs, list)
    inputs[dice.randrange(len(inputs))][field] = dice.choice(_ODD_FIELDS)
    return f"odd {field}", request(path, json.dumps(content).encode())


def _deep_json(dice: random.Random) -> tuple[str, bytes]:
    depth = dice.choice(DEPTHS)
    path = f"/v2/models/{_call_model(dice)}/infer"
    body = b'{"inputs": ' + b"[" * depth + (b"]" * depth if dice.random() < 0.5 else b"") + b"}"
    return f"JSON nested {depth} deep", request(path, body)


def _binary(dice: random.Random) -> tuple[str, bytes]:
    """The binary tensor extension: a JSON header, then the tensors' bytes."""
    one = valid.samples()
    size = dice.choice((len(one.data), 0, -1, 1, len(one.data) * 2, 2**31, 2**63 - 1))
    tensor = {"name": one.name, "shape": list(one.shape), "datatype": "FP32", "parameters": {"binary_data_size": size}}
    header = json.dumps({"inputs": [tensor]}).encode()
    data = one.data[: dice.choice((len(one.data), 0, 3, len(one.data) // 2))]
    length = dice.choice((len(header), 0, -1, len(header) - 3, len(header) + 10, 2**31, 2**64, "x"))
    said = {BINARY_HEADER: str(length)}
    return f"binary tensor of {size}, header of {length}", request(
        f"/v2/models/{tensors.WHISPER}/infer", header + data, headers=said
    )


def _bad_length(dice: random.Random) -> tuple[str, bytes]:
    path, content = inference(_call_model(dice))
    body = json.dumps(content).encode()
    length = dice.choice(
        (0, 1, len(body) - 1, len(body) + 1000, -1, 2**31, 2**63, 2**64, "x", "", "1, 2", "0x10", "+5")
    )
    return f"Content-Length {length!r}", request(path, body, length=length)


def _bomb(dice: random.Random) -> tuple[str, bytes]:
    path, _ = inference(_call_model(dice))
    encoding = dice.choice(("gzip", "deflate"))
    plain = dice.choice((bytes(BOMB_BYTES), b'{"inputs": "' + b"a" * BOMB_BYTES + b'"}'))
    data = gzip.compress(plain, 6, mtime=0) if encoding == "gzip" else zlib.compress(plain, 6)
    what, data = dice.choice((("bomb", data), ("cut", data[: len(data) // 2]), ("no such data", b"hello" * 20)))
    return f"{encoding}: {what}", request(path, data, headers={"Content-Encoding": encoding})


def _chunked(dice: random.Random) -> tuple[str, bytes]:
    path, content = inference(_call_model(dice))
    body = json.dumps(content).encode()
    size = dice.choice((1, 7, 100, 10_000))
    pieces = [body[place : place + size] for place in range(0, len(body), size)]
    chunks = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    what, chunks = dice.choice(
        (
            (f"of {size} bytes", chunks + b"0\r\n\r\n"),
            ("without an end", chunks),
            ("of size x", b"zz\r\n" + chunks),
            ("of 2^64 bytes", b"ffffffffffffffff\r\n" + chunks),
            ("of negative size", b"-5\r\nhello\r\n0\r\n\r\n"),
        )
    )
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    return f"chunks {what}", head.encode() + chunks


def _odd_path(dice: random.Random) -> tuple[str, bytes]:
    path = dice.choice(_ODD_PATHS)
    method = dice.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "GETS", ""))
    body = dice.choice((b"", b"{}", b'{"text_input": 7}', b'{"TEXT": ["a", 3], "OPTIONS": null}', b"{"))
    return f"{method or 'no method'} {path[:40]}", request(path, body, method=method)


def _generate(dice: random.Random) -> tuple[str, bytes]:
    model = dice.choice(
        (tensors.LLM, tensors.TRANSLATE, tensors.TRANSLATOR, tensors.LIVE_TRANSLATION, tensors.TRANSCRIBE)
    )
    path = f"/v2/models/{model}/{dice.choice(('generate', 'generate_stream'))}"
    names = (
        "text_input",
        "TEXT",
        "OPTIONS",
        "AUDIO",
        "AUDIO_BYTES",
        "stream",
        "sampling_parameters",
        "parameters",
        "id",
    )
    values: tuple[Any, ...] = (None, 7, -1.5, "", "x", [], ["a", "b"], [[1]], {}, {"a": {"b": 1}}, True, "a" * 6000)
    body = {name: dice.choice(values) for name in dice.sample(names, k=dice.randint(1, 4))}
    return f"{model} generate with {', '.join(body)}", request(path, json.dumps(body).encode())


def _odd_head(dice: random.Random) -> tuple[str, bytes]:
    return dice.choice(
        (
            ("HTTP/9.9", b"GET /v2 HTTP/9.9\r\n\r\n"),
            ("HTTP/0.9", b"GET /v2\r\n"),
            ("no request line", b"\r\n\r\n\r\n"),
            ("noise", bytes(range(256)) * 4),
            ("a header of 64 KB", b"GET /v2 HTTP/1.1\r\nX: " + b"a" * 65_536 + b"\r\nConnection: close\r\n\r\n"),
            ("5,000 headers", b"GET /v2 HTTP/1.1\r\n" + b"X: y\r\n" * 5_000 + b"Connection: close\r\n\r\n"),
            (
                "two lengths",
                b"POST /v2 HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhello",
            ),
            ("TLS", base64.b16decode("16030100A5010000A10303") + bytes(160)),
            ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            ("websocket", b"GET /v2 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
            ("bare line feeds", b"GET /v2/health/ready HTTP/1.1\nHost: x\nConnection: close\n\n"),
        )
    )


_ODD_FIELDS: tuple[Any, ...] = (
    [], [-1], [1e99], ["x"], [[[[1]]]], [2**62, 4], "x", None, {}, {"binary_data_size": 10**12},
    {"binary_data_size": -1}, {"shared_memory_region": "x", "shared_memory_byte_size": 10**12}, True,
)  # fmt: skip
_ODD_PATHS = (
    "/v2/models/none/infer", "/v2/models//infer", "/v2/models/whisper/versions/99/infer", "/v2/models/%00/infer",
    "/v2/models/../../etc/passwd/infer", "/v2/models/" + "x" * 9000 + "/infer", "/v2/models/whisper/versions/x/infer",
    "/v2/repository/index", "/v2/repository/models/whisper/unload", "/v2/logging", "/v2/trace/setting",
    "/v2/systemsharedmemory/region/x/register", "/v2/cudasharedmemory/status", "/v2/models/whisper/stats", "//", "*",
    "/v2/models/llm/generate", "/v2/models/translate/generate_stream", "/v2/models/live_translation/generate_stream",
)  # fmt: skip
_WAYS: tuple[Callable[[random.Random], tuple[str, bytes]], ...] = (
    _bad_json, _odd_field, _odd_field, _deep_json, _binary, _binary, _bad_length, _bomb, _chunked, _odd_path, _generate,
    _odd_head,
)  # fmt: skip
