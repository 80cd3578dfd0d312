"""A gRPC server that speaks Triton's protocol as a test tells it to: for failures that a healthy server never shows."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc

from livetranslate import protocol

Script = Callable[["Wire"], Awaitable[None]]


class Wire:
    """One stream, seen from the server."""

    def __init__(self, requests: AsyncIterator, context: grpc.aio.ServicerContext) -> None:
        self._requests = requests
        self.context = context
        self.responses: asyncio.Queue = asyncio.Queue()
        self.seen: list = []
        self.cancelled = asyncio.Event()

    async def take(self):
        """The next request; None after the last."""
        async for request in self._requests:
            self.seen.append(request)
            return request
        return None

    def raw_event(self, data: bytes) -> None:
        inner = service_pb2.ModelInferResponse(model_name="live_translation", id="start")
        inner.outputs.add(name="EVENT", datatype="BYTES", shape=[1])
        inner.raw_output_contents.append(struct.pack("<I", len(data)) + data)
        self.responses.put_nowait(service_pb2.ModelStreamInferResponse(infer_response=inner))

    def event(self, kind: type[protocol.BaseEvent], seq: int = 0, **fields) -> None:
        self.raw_event(protocol.encode_event(kind(seq=seq, emitted_at=datetime.now(timezone.utc), **fields)))

    def started(self) -> None:
        self.event(protocol.SessionStarted, session_id="x", source="en", targets=())

    def final(self, request_id: str) -> None:
        inner = service_pb2.ModelInferResponse(id=request_id)
        inner.parameters["triton_final_response"].bool_param = True
        self.responses.put_nowait(service_pb2.ModelStreamInferResponse(infer_response=inner))

    def refuse(self, request_id: str, message: str) -> None:
        inner = service_pb2.ModelInferResponse(id=request_id)
        self.responses.put_nowait(service_pb2.ModelStreamInferResponse(infer_response=inner, error_message=message))


class _Servicer(service_pb2_grpc.GRPCInferenceServiceServicer):
    def __init__(self, script: Script, versions: tuple[str, ...]) -> None:
        self._script = script
        self._versions = versions
        self.wires: list[Wire] = []

    async def ModelMetadata(self, request, context):
        return service_pb2.ModelMetadataResponse(name=request.name, versions=self._versions)

    async def ModelStreamInfer(self, request_iterator, context):
        wire = Wire(request_iterator, context)
        self.wires.append(wire)
        script = asyncio.create_task(self._script(wire))
        script.add_done_callback(lambda _: wire.responses.put_nowait(None))
        try:
            while (response := await wire.responses.get()) is not None:
                yield response
            await script
        except asyncio.CancelledError:
            wire.cancelled.set()
            raise
        finally:
            script.cancel()


@asynccontextmanager
async def scripted_server(script: Script, *, versions: tuple[str, ...] = ("1",)):
    """Runs the script for every stream; yields (address, the streams so far)."""
    server = grpc.aio.server()
    servicer = _Servicer(script, versions)
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}", servicer.wires
    finally:
        await server.stop(0)
