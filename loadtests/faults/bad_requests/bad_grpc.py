"""Bytes for the gRPC port: HTTP/2 that is none, frames that are wrong, messages that are no protobuf."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

from livetranslate.protocol import tensors
from loadtests.faults.bad_requests import valid
from loadtests.faults.bad_requests.request import BadRequest, Door, encoded, message

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\0\0\0\x04\0\0\0\0\0"
_TYPES = range(12)


def bad_grpc_bytes(dice: random.Random) -> BadRequest:
    """What is written to the gRPC port as it is."""
    what, data = dice.choice(_WAYS)(dice)
    return BadRequest("grpc_bytes", what, "", Door.GRPC_BYTES, (data,))


def bad_protobuf(dice: random.Random) -> BadRequest:
    """A well-formed gRPC call whose message is damaged protobuf."""
    model = dice.choice(valid.MODELS)
    whole = encoded(message(model, valid.inputs_of(model)))
    data = bytearray(whole)
    for _ in range(dice.randint(1, 8)):
        data[dice.randrange(min(len(data), 400))] = dice.randrange(256)
    what, spoiled = dice.choice(
        (
            ("bytes changed", bytes(data)),
            ("cut", whole[: dice.randrange(len(whole))]),
            ("empty", b""),
            ("noise", dice.randbytes(dice.randrange(1, 2000))),
            ("twice", whole + whole),
            ("endless varint", b"\xff" * 100),
            ("length beyond the end", b"\x0a\xff\xff\xff\x7f"),
            ("groups 1,000 deep", b"\x0b" * 1_000),
        )
    )
    door = dice.choice((Door.CALL, Door.STREAM))
    return BadRequest("protobuf", what, model, door, (spoiled,))


def frame(kind: int, flags: int, stream: int, payload: bytes, *, length: int | None = None) -> bytes:
    """An HTTP/2 frame (RFC 9113, section 4.1); ``length`` stands in for the payload's own."""
    size = (len(payload) if length is None else length) & 0xFFFFFF
    return struct.pack(">I", size)[1:] + bytes((kind, flags)) + struct.pack(">I", stream & 0xFFFFFFFF) + payload


def call_headers(path: str) -> bytes:
    """Header block of a gRPC call, literals without indexing (RFC 7541, section 6.2.2)."""
    fields = {
        ":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost",
        "content-type": "application/grpc", "te": "trailers",
    }  # fmt: skip
    block = b""
    for name, value in fields.items():
        block += b"\0" + bytes((len(name),)) + name.encode() + bytes((len(value),)) + value.encode()
    return block


def opened(path: str = "/inference.GRPCInferenceService/ModelInfer") -> bytes:
    """Preface, settings and the headers of a call on stream 1."""
    return PREFACE + SETTINGS + frame(1, 0x4, 1, call_headers(path))


def _not_http2(dice: random.Random) -> tuple[str, bytes]:
    return dice.choice(
        (
            ("HTTP/1.1", b"POST /v2 HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("noise", dice.randbytes(500)),
            ("half a preface", PREFACE[: dice.randrange(1, len(PREFACE))]),
            ("preface without settings", PREFACE + frame(1, 0x4, 1, call_headers("/x"))),
            ("nothing", b"\0"),
        )
    )


def _random_frames(dice: random.Random) -> tuple[str, bytes]:
    frames = b"".join(
        frame(dice.choice(_TYPES), dice.randrange(256), dice.choice((0, 1, 2, 3, 2**31 - 1, 2**32 - 1)),
              dice.randbytes(dice.randrange(60)))
        for _ in range(dice.randint(1, 30))
    )  # fmt: skip
    return "frames at random", PREFACE + SETTINGS + frames


def _bad_frame(dice: random.Random) -> tuple[str, bytes]:
    what, data = dice.choice(
        (
            ("a frame of 16 MiB", frame(0, 0, 1, b"", length=0xFFFFFF)),
            ("settings of 7 bytes", frame(4, 0, 0, b"1234567")),
            ("window of 0", frame(8, 0, 0, bytes(4))),
            ("window beyond 2^31", frame(8, 0, 0, b"\x7f\xff\xff\xff") * 3),
            ("data before headers", frame(0, 1, 1, b"hello")),
            ("endless headers", frame(1, 0, 1, b"\0") + frame(9, 0, 1, b"\0" * 1000) * 50),
            ("bad header index", frame(1, 0x4, 1, b"\xff\xff\xff\xff\xff\x0f")),
            ("1,000 pings", frame(6, 0, 0, bytes(8)) * 1000),
            ("1,000 resets", b"".join(
                frame(1, 0x4, 2 * n + 1, call_headers("/x")) + frame(3, 0, 2 * n + 1, bytes(4)) for n in range(1000))),
            ("1,000 settings", frame(4, 0, 0, b"\0\x04\0\0\xff\xff") * 1000),
            ("stream 0 headers", frame(1, 0x4, 0, call_headers("/x"))),
            ("even stream", frame(1, 0x4, 2, call_headers("/x"))),
        )
    )  # fmt: skip
    return what, PREFACE + SETTINGS + data


def _bad_message(dice: random.Random) -> tuple[str, bytes]:
    """A good call whose message frame lies about its length or compression."""
    data = encoded(message(tensors.WHISPER, valid.inputs_of(tensors.WHISPER)))[:8_000]
    compressed, length = dice.choice(((0, len(data)), (1, len(data)), (7, len(data)), (0, 2**32 - 1), (0, 3), (0, 0)))
    payload = bytes((compressed,)) + struct.pack(">I", length) + data
    return f"message of {length}, compression {compressed}", opened() + frame(0, 1, 1, payload)


def _odd_method(dice: random.Random) -> tuple[str, bytes]:
    path = dice.choice(
        (
            "/none/None",
            "/",
            "x",
            "/inference.GRPCInferenceService/None",
            "/inference.GRPCInferenceService/RepositoryModelUnload",
        )
    )
    return f"method {path[-30:]}", opened(path) + frame(0, 1, 1, b"\0\0\0\0\0")


_WAYS: tuple[Callable[[random.Random], tuple[str, bytes]], ...] = (
    _not_http2, _random_frames, _bad_frame, _bad_frame, _bad_message, _odd_method,
)  # fmt: skip
