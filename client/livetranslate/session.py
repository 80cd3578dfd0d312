"""A live session: audio goes in, events come out, over one bidirectional gRPC stream.

    async with client.session(source="en", targets=["es"]) as session:
        async for event in session.stream(chunks):      # sends the chunks, then END, while events are read
            ...

or by hand: ``await session.send(pcm)`` …, ``await session.end()``, and ``async for event in session``.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType

from livetranslate import failures
from livetranslate.audio_window import AudioWindow
from livetranslate.connection import Connection, InferStream
from livetranslate.inference import InputTensor, bytes_tensor, infer_request, uint8_tensor
from livetranslate.protocol import (
    Done,
    Error,
    ErrorCode,
    Event,
    LiveTranslateError,
    SessionOptions,
    encode_options,
    limits,
    tensors,
)
from livetranslate.received_events import EventInbox, ReceivedEvent, read_event

MAX_UNACKNOWLEDGED_S = 30.0
START_TIMEOUT_S = 30.0
_PIECE_S = 1.0
_CLOSE_TIMEOUT_S = 5.0
_START_REQUEST = "start"


class Session:
    """One live session; use it as an asynchronous context manager.

    A fatal ``error`` event is yielded like any other and then raised, so it cannot be missed. Leaving the block
    before ``done`` cancels the session on the server.

    Attributes:
        session_id: the id, a UUID; it is Triton's sequence id.
        options: what was asked for.
        model_version: version of ``live_translation`` that serves the session; every request names it.
        audio_sent_s: seconds of audio sent so far.
    """

    def __init__(
        self,
        connection: Connection,
        options: SessionOptions,
        *,
        max_unacknowledged_s: float = MAX_UNACKNOWLEDGED_S,
        start_timeout_s: float = START_TIMEOUT_S,
    ) -> None:
        self.session_id = str(uuid.uuid4())
        self.options = options
        self.model_version = ""
        self.audio_sent_s = 0.0
        self._connection = connection
        self._start_timeout_s = start_timeout_s
        self._inbox = EventInbox()
        self._window = AudioWindow(max_unacknowledged_s)
        self._write_lock = asyncio.Lock()
        self._resources = AsyncExitStack()
        self._stream: InferStream
        self._reader: asyncio.Task[None] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._requests = 0
        self._incomplete_frame = b""
        self._is_ended = False

    async def __aenter__(self) -> Session:
        try:
            await self._resources.enter_async_context(self._connection)
            model = tensors.LIVE_TRANSLATION
            self.model_version = await self._connection.newest_version(model)
            self._stream = await self._resources.enter_async_context(self._connection.infer_stream(model))
            self._reader = asyncio.create_task(self._read())
            options = bytes_tensor(tensors.OPTIONS, encode_options(self.options), shape=(1,))
            await self._write(_START_REQUEST, [options], start=True)
            await self._wait_for_start()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def send(self, pcm: bytes) -> None:
        """Sends audio in the layout of ``options.audio``, in chunks of any size.

        Waits while more than ``max_unacknowledged_s`` seconds are on their way, so a fast producer is slowed to
        what the server takes.

        Raises:
            LiveTranslateError: the session has ended, with the reason.
        """
        layout = self.options.audio
        data = self._incomplete_frame + bytes(pcm)
        whole = len(data) - len(data) % layout.frame_bytes
        self._incomplete_frame = data[whole:]
        largest = min(int(_PIECE_S * layout.bytes_per_s), limits.MAX_CHUNK_BYTES)
        step = largest - largest % layout.frame_bytes
        for position in range(0, whole, step):
            piece = data[position : min(position + step, whole)]
            duration_s = len(piece) / layout.bytes_per_s
            async with self._write_lock:
                await self._window.wait_for_room(duration_s)
                self._requests += 1
                request_id = str(self._requests)
                self._window.add(request_id, duration_s)
                try:
                    await self._write(request_id, [uint8_tensor(tensors.AUDIO, piece)])
                except BaseException:
                    self._window.acknowledge(request_id)  # it is not on its way
                    raise
                self.audio_sent_s += duration_s

    async def end(self) -> None:
        """Says that no audio follows; the remaining events, up to ``done``, still come. A second call does nothing."""
        if self._is_ended:
            return
        async with self._write_lock:
            # Bytes of an incomplete frame go along: it is for the server to report what it dropped.
            rest = [uint8_tensor(tensors.AUDIO, self._incomplete_frame)] if self._incomplete_frame else []
            await self._write("end", rest, end=True)
            self._is_ended = True

    def feed(self, audio: AsyncIterable[bytes]) -> None:
        """Sends all chunks and then END from a background task; what goes wrong is raised to the events' reader."""
        self._sender = asyncio.create_task(self._send_all(audio))
        self._sender.add_done_callback(self._sender_stopped)

    def stream(self, audio: AsyncIterable[bytes]) -> Session:
        """Like :meth:`feed`, and returns the session itself, to iterate over."""
        self.feed(audio)
        return self

    def __aiter__(self) -> AsyncIterator[Event]:
        return self._events()

    async def received(self) -> AsyncIterator[ReceivedEvent]:
        """Every event with its bytes and time of arrival, also of types this client does not know."""
        while (received := await self._inbox.get()) is not None:
            yield received

    async def _events(self) -> AsyncIterator[Event]:
        async for received in self.received():
            if received.event is not None:
                yield received.event

    async def _write(
        self, request_id: str, inputs: list[InputTensor], *, start: bool = False, end: bool = False
    ) -> None:
        if self._is_ended or self._inbox.is_ended:
            raise self._inbox.failure or LiveTranslateError(
                ErrorCode.SESSION_ENDED, f"The session {self.session_id} has ended; open a new one for more audio."
            )
        request = infer_request(
            tensors.LIVE_TRANSLATION,
            inputs,
            version=self.model_version,
            request_id=request_id,
            parameters={
                "sequence_id": self.session_id,
                "sequence_start": start,
                "sequence_end": end,
                "triton_enable_empty_final_response": True,
            },
        )
        try:
            await self._stream.write(request)
        except LiveTranslateError as error:
            # The reader, a moment later, learns why; the writer only that the stream is closed.
            await asyncio.wait({asyncio.ensure_future(self._inbox.wait_for_end())}, timeout=_CLOSE_TIMEOUT_S)
            raise self._inbox.failure or error from None

    async def _send_all(self, audio: AsyncIterable[bytes]) -> None:
        async for chunk in audio:
            await self.send(chunk)
        await self.end()

    def _sender_stopped(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (problem := task.exception()) is not None:
            self._finish(problem)

    async def _read(self) -> None:
        """Takes every response: events to the inbox, empty finals to the window."""
        has_done = False
        try:
            async for response in self._stream.responses():
                if response.error_text:
                    self._finish(self._stream.refusal(response))
                    return
                for raw in response.items(tensors.EVENT):
                    event = read_event(raw)
                    self._inbox.put(ReceivedEvent(raw, event, time.monotonic()))
                    has_done = has_done or isinstance(event, Done)
                    if isinstance(event, Error) and event.fatal:
                        self._finish(LiveTranslateError(event.code, event.message))
                if response.final:
                    self._window.acknowledge(response.request_id)
                if response.final and response.request_id == _START_REQUEST:
                    self._finish(None if has_done else self._cut_off())
                    async with self._write_lock:
                        await self._stream.done_writing()
            self._finish(None if has_done else self._cut_off())
        except LiveTranslateError as error:
            self._finish(error)
        finally:
            # Whatever ended the reader, nobody may wait for events for ever; an end said before this one stands.
            self._finish(self._cut_off())

    def _finish(self, failure: BaseException | None) -> None:
        self._inbox.end(failure)
        self._window.close()

    def _cut_off(self) -> LiveTranslateError:
        reason = f"the server closed session {self.session_id} after {self.audio_sent_s:.1f} s of audio, without 'done'"
        return failures.broken(self._connection.address, reason)

    async def _wait_for_start(self) -> None:
        try:
            await asyncio.wait_for(self._inbox.has_begun.wait(), self._start_timeout_s)
        except asyncio.TimeoutError:
            raise LiveTranslateError(
                ErrorCode.SERVER_BUSY,
                f"The server at {self._connection.address} did not start the session within "
                f"{self._start_timeout_s:g} s; it serves as many as it can. Try again shortly.",
            ) from None
        if self._inbox.failure is not None and self._inbox.count == 0:
            raise self._inbox.failure

    async def _close(self) -> None:
        """Stops what runs. A session that is not done is cancelled by leaving its stream."""
        is_complete = self._inbox.is_ended and self._inbox.failure is None
        self._finish(
            LiveTranslateError(ErrorCode.SESSION_CANCELLED, f"The session {self.session_id} was left before its end.")
        )
        if is_complete and self._reader is not None:
            # Its events are all here; the server only has to close the stream.
            await asyncio.wait({self._reader}, timeout=_CLOSE_TIMEOUT_S)
        for task in (self._sender, self._reader):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._resources.aclose()
