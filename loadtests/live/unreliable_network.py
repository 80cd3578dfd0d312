"""A TCP proxy that loses the connection when it is told to."""

from __future__ import annotations

import asyncio
import socket
import struct
from types import TracebackType


class UnreliableNetwork:
    """Forwards one port to a server; use it as an asynchronous context manager.

    Args:
        target: ``host:port`` of the server.

    Attributes:
        address: where clients connect, ``host:port``.
        is_stalled: while true, bytes are taken and go nowhere.
        is_gone: while true, new connections are refused at once.
    """

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._server: asyncio.Server
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Future[object]] = set()
        self.address = ""
        self.is_stalled = False
        self.is_gone = False

    async def __aenter__(self) -> UnreliableNetwork:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.address = f"{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.reset()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def reset(self) -> None:
        """Breaks every open connection, with a TCP reset."""
        for writer in list(self._open):
            sock = writer.get_extra_info("socket")
            if sock is not None and sock.fileno() >= 0:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def stall(self, seconds: float) -> None:
        """Swallows what is sent for a while, then breaks every connection."""
        self.is_stalled = True
        await asyncio.sleep(seconds)
        self.reset()
        self.is_stalled = False

    async def vanish(self, seconds: float) -> None:
        """Breaks every connection and refuses new ones for a while."""
        self.is_gone = True
        self.reset()
        await asyncio.sleep(seconds)
        self.is_gone = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        if (task := asyncio.current_task()) is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            if self.is_gone:
                self.reset()
                return
            server_reader, server_writer = await asyncio.open_connection(*self._target)
            self._open.add(server_writer)
            try:
                await asyncio.gather(self._forward(reader, server_writer), self._forward(server_reader, writer))
            finally:
                self._open.discard(server_writer)
                server_writer.transport.abort()
        except OSError:
            pass  # the server is not there, or one side has gone: the other one learns it by the end of its connection
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if not self.is_stalled:
                writer.write(data)
                await writer.drain()
        raise ConnectionResetError
