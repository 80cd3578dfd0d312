"""One gRPC channel to a Triton server: open while somebody uses it, with its failures put into sentences.

The generated stub that ``tritonclient.grpc`` carries is used directly: its asyncio class cannot ask for empty
final responses (they acknowledge audio) and does not say which request of a stream failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc

from livetranslate import failures
from livetranslate.credentials import SECURE_SCHEME, Credentials
from livetranslate.inference import StreamResponse
from livetranslate.protocol import ErrorCode, LiveTranslateError

DEFAULT_URL = "localhost:8001"
CONNECT_TIMEOUT_S = 10.0

_CHANNEL_OPTIONS = (
    # Whole recordings travel in one message; the server and protocol.limits bound them, not gRPC's 4 MiB default.
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    # A dead network is noticed during a silent session. Triton answers pings no more often than this.
    ("grpc.keepalive_time_ms", 300_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    # A server that has just been (re)started is found at once.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    # Captions of several clients in one process do not share a connection's flow control.
    ("grpc.use_local_subchannel_pool", 1),
)


def parse_address(url: str) -> str:
    """``host:port`` of a server address, which may be written with ``grpc://``, or ``grpcs://`` for TLS.

    Raises:
        LiveTranslateError: ``OPTION_INVALID``.
    """
    address = url.removeprefix("grpc://").removeprefix(SECURE_SCHEME).rstrip("/")
    host, separator, port = address.rpartition(":")
    if not separator or not host or "/" in address or not port.isdigit() or not 0 < int(port) < 65_536:
        raise LiveTranslateError(
            ErrorCode.OPTION_INVALID,
            f"Server address {url[:80]!r} is not understood; write host:port of the gRPC port, such as {DEFAULT_URL}.",
        )
    return address


class Connection:
    """A channel that opens with its first user and closes with its last.

    Attributes:
        address: ``host:port``.

    Raises:
        LiveTranslateError: ``OPTION_INVALID``: the address is not understood, or a certificate cannot be read.
    """

    def __init__(self, url: str = DEFAULT_URL, credentials: Credentials | None = None) -> None:
        self.address = parse_address(url)
        self._credentials = credentials or Credentials()
        self._channel_credentials = self._credentials.channel_credentials(url)
        self._channel: Any = None
        self._stub: Any = None
        self._users = 0

    async def __aenter__(self) -> Connection:
        if self._users == 0:
            self._channel = self._open()
            self._stub = service_pb2_grpc.GRPCInferenceServiceStub(self._channel)
        self._users += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._users -= 1
        if self._users == 0:
            channel, self._channel, self._stub = self._channel, None, None
            await channel.close()

    def _open(self) -> Any:
        if self._channel_credentials is None:
            return grpc.aio.insecure_channel(self.address, options=_CHANNEL_OPTIONS)
        return grpc.aio.secure_channel(self.address, self._channel_credentials, options=_CHANNEL_OPTIONS)

    @property
    def is_connected(self) -> bool:
        """Whether the server was reached and still is."""
        return bool(self._channel is not None and self._channel.get_state() == grpc.ChannelConnectivity.READY)

    async def newest_version(self, model: str) -> str:
        """The newest version of a model that is ready.

        Raises:
            LiveTranslateError: ``CONNECTION_FAILED`` or ``MODEL_UNAVAILABLE``.
        """
        request = service_pb2.ModelMetadataRequest(name=model)
        metadata = await self._unary("ModelMetadata", request, model=model, timeout_s=CONNECT_TIMEOUT_S)
        if not metadata.versions:
            raise failures.not_ready(model, self.address)
        return str(max(metadata.versions, key=int))

    async def check_ready(self, model: str) -> None:
        """Makes sure that the server is there and serves the model.

        Raises:
            LiveTranslateError: ``CONNECTION_FAILED`` or ``MODEL_UNAVAILABLE``.
        """
        request = service_pb2.ModelReadyRequest(name=model)
        answer = await self._unary("ModelReady", request, model=model, timeout_s=CONNECT_TIMEOUT_S)
        if not answer.ready:
            raise failures.not_ready(model, self.address)

    async def infer(self, request: Any, *, timeout_s: float | None = None) -> Any:
        """One request, one ``ModelInferResponse``.

        Raises:
            LiveTranslateError: the model's own code, or the connection's.
        """
        return await self._unary("ModelInfer", request, model=request.model_name, timeout_s=timeout_s)

    @asynccontextmanager
    async def infer_stream(self, model: str, *, timeout_s: float | None = None) -> AsyncIterator[InferStream]:
        """A bidirectional stream; leaving the block cancels what is still running."""
        call = self._stub.ModelStreamInfer(timeout=timeout_s, metadata=self._credentials.metadata)
        try:
            yield InferStream(self, call, model)
        finally:
            call.cancel()

    async def _unary(self, method: str, request: Any, *, model: str, timeout_s: float | None) -> Any:
        try:
            call = getattr(self._stub, method)
            return await call(request, timeout=timeout_s, metadata=self._credentials.metadata)
        except grpc.RpcError as error:
            raise self.failure(error, model, was_connected=self.is_connected) from None

    def failure(self, error: Any, model: str, *, was_connected: bool) -> LiveTranslateError:
        """The sentence for a failed call."""
        return failures.from_rpc_error(error, address=self.address, model=model, was_connected=was_connected)


class InferStream:
    """One running ``ModelStreamInfer`` call."""

    def __init__(self, connection: Connection, call: Any, model: str) -> None:
        self._connection = connection
        self._call = call
        self._model = model
        self._has_answered = False

    async def write(self, request: Any) -> None:
        """Sends a request; returns when the transport took it, so a fast caller is slowed to the network's pace.

        Raises:
            LiveTranslateError: the stream is closed. Why, only :meth:`responses` knows for certain.
        """
        try:
            await self._call.write(request)
        except grpc.RpcError as error:
            raise self._failure(error) from None
        except grpc.aio.UsageError as error:
            raise self._ended(str(error)) from None
        except asyncio.InvalidStateError:
            raise self._ended("the server has closed the stream") from None

    async def done_writing(self) -> None:
        """Says that no request follows."""
        if not self._call.done():
            await self._call.done_writing()

    async def responses(self) -> AsyncIterator[StreamResponse]:
        """Every response until the server closes the stream.

        Raises:
            LiveTranslateError: the connection broke, with what gRPC says about it.
        """
        while True:
            try:
                message = await self._call.read()
            except grpc.RpcError as error:
                raise self._failure(error) from None
            if message is grpc.aio.EOF:
                return
            self._has_answered = True
            yield StreamResponse(message)

    def refusal(self, response: StreamResponse) -> LiveTranslateError:
        """The sentence for a failed request of the stream."""
        address = self._connection.address
        return failures.from_server_text(response.error_text, address=address, model=self._model)

    def _failure(self, error: Any) -> LiveTranslateError:
        was_connected = self._has_answered or self._connection.is_connected
        return self._connection.failure(error, self._model, was_connected=was_connected)

    def _ended(self, reason: str) -> LiveTranslateError:
        return failures.broken(self._connection.address, reason)
