"""Clients that connect and then do nothing, or next to nothing."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from loadtests.faults.bad_requests.bad_grpc import PREFACE, SETTINGS, frame, opened
from loadtests.faults.bad_requests.bad_http import inference, request

BYTE_EVERY_S = 1.0


@dataclass(frozen=True)
class Kind:
    """How a client behaves.

    Attributes:
        what: in words.
        is_http: whether it goes to the HTTP port.
        at_once: what it writes when it is connected.
        slowly: what it writes then, a byte a second.
    """

    what: str
    is_http: bool
    at_once: bytes
    slowly: bytes = b""


def kinds() -> dict[str, Kind]:
    """Every behaviour, by name."""
    whole = request(inference("whisper")[0], b'{"inputs": []}' * 100)
    stream = opened("/inference.GRPCInferenceService/ModelStreamInfer")
    return {
        "http-silent": Kind("connected to HTTP, silent", is_http=True, at_once=b""),
        "http-head": Kind(
            "half a HTTP head, then a byte a second", is_http=True, at_once=whole[:40], slowly=whole[40:]
        ),
        "http-body": Kind(
            "half a HTTP body, then a byte a second", is_http=True, at_once=whole[:300], slowly=whole[300:]
        ),
        "grpc-silent": Kind("connected to gRPC, silent", is_http=False, at_once=b""),
        "grpc-preface": Kind("half a gRPC preface", is_http=False, at_once=PREFACE[:10]),
        "grpc-settings": Kind("preface and settings, then silent", is_http=False, at_once=PREFACE + SETTINGS),
        "grpc-stream": Kind("a stream opened, then silent", is_http=False, at_once=stream),
        "grpc-message": Kind(
            "a stream, and half a message a byte a second",
            is_http=False,
            at_once=stream + frame(0, 0, 1, bytes((0, 0, 0, 16, 0))),
            slowly=frame(0, 0, 1, b"\n") * 1000,
        ),
    }


@dataclass
class Crowd:
    """Many clients of one kind at once.

    Attributes:
        kind: what they do.
        count: how many.
        connected: how many were let in.
        refused: why the others were not -> how many.
        closed: how many the server closed while they were there.
        connect_s: the longest time to connect, seconds.
    """

    kind: Kind
    count: int
    connected: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    closed: int = 0
    connect_s: float = 0.0

    async def stay(self, address: str, *, seconds: float) -> None:
        """Connects all at once, stays, and leaves without a word."""
        await asyncio.gather(*(self._one(address, seconds=seconds) for _ in range(self.count)))

    async def _one(self, address: str, *, seconds: float) -> None:
        host, _, port = address.rpartition(":")
        began = time.monotonic()
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), seconds)
        except (OSError, asyncio.TimeoutError) as error:
            self.refused[type(error).__name__] += 1
            return
        self.connected += 1
        self.connect_s = max(self.connect_s, time.monotonic() - began)
        speaking = asyncio.create_task(self._speak(writer))
        try:
            await asyncio.wait_for(_until_closed(reader), seconds)
            self.closed += 1
        except asyncio.TimeoutError:
            pass  # the server let it stay
        finally:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
            writer.transport.abort()

    async def _speak(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self.kind.at_once)
        for place in range(len(self.kind.slowly)):
            await asyncio.sleep(BYTE_EVERY_S)
            writer.write(self.kind.slowly[place : place + 1])


async def _until_closed(reader: asyncio.StreamReader) -> None:
    try:
        while await reader.read(65_536):
            continue
    except OSError:
        return
