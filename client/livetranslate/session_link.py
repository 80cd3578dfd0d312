"""One stream of a session: from its START to its end, or to the break after which another one takes the session up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from livetranslate import failures
from livetranslate.audio_window import AudioWindow
from livetranslate.connection import Connection, InferStream
from livetranslate.inference import InputTensor, bytes_tensor, infer_request, uint8_tensor
from livetranslate.protocol import (
    Done,
    Error,
    ErrorCode,
    LiveTranslateError,
    SessionOptions,
    SessionStarted,
    SessionUpdate,
    encode_options,
    tensors,
)
from livetranslate.received_events import ReceivedEvent, read_event

_CLOSE_TIMEOUT_S = 5.0
_START_REQUEST = "start"


class SessionLink:
    """Writes a session's requests and reads its events, once.

    Args:
        connection: the server.
        options: the session's; with ``resume`` when the session began elsewhere.
        sequence_id: Triton's id of this stream's sequence.
        max_unacknowledged_s: audio that may be on its way.
        on_event: told every event but a fatal one.

    Attributes:
        position: bytes of the session's audio up to which it was sent.
        model_version: the version that serves it.
        is_ended: whether no event follows.
        failure: what ended it; None when it came to its end.
        last_words: the fatal event that ended it, if one did.
        end_sent: whether END was sent.
    """

    def __init__(
        self,
        connection: Connection,
        options: SessionOptions,
        *,
        sequence_id: str,
        max_unacknowledged_s: float,
        on_event: Callable[[ReceivedEvent], None],
    ) -> None:
        self.connection = connection
        self.position = 0
        self.model_version = ""
        self.is_ended = False
        self.failure: LiveTranslateError | None = None
        self.last_words: ReceivedEvent | None = None
        self.end_sent = False
        self._options = options
        self._sequence_id = sequence_id
        self._window = AudioWindow(max_unacknowledged_s)
        self._on_event = on_event
        self._on_end: Callable[[SessionLink], None] | None = None
        self._resources = AsyncExitStack()
        self._stream: InferStream
        self._reader: asyncio.Task[None] | None = None
        self._requests = 0
        self._is_open = False
        self._answered = asyncio.Event()
        self._ended = asyncio.Event()

    async def open(self, *, timeout_s: float) -> None:
        """Sends START and waits until the server has opened the session.

        Raises:
            LiveTranslateError: the server is not there, or refuses.
        """
        await self._resources.enter_async_context(self.connection)
        model = tensors.LIVE_TRANSLATION
        self.model_version = await self.connection.newest_version(model)
        self._stream = await self._resources.enter_async_context(self.connection.infer_stream(model))
        self._reader = asyncio.create_task(self._read())
        options = bytes_tensor(tensors.OPTIONS, encode_options(self._options), shape=(1,))
        await self._write(_START_REQUEST, [options], start=True)
        try:
            await asyncio.wait_for(self._answered.wait(), timeout_s)
        except asyncio.TimeoutError:
            raise LiveTranslateError(
                ErrorCode.SERVER_BUSY,
                f"The server at {self.connection.address} did not start the session within {timeout_s:g} s; it serves "
                "as many as it can. Try again shortly.",
            ) from None
        if self.failure is not None and not self._is_open:
            raise self.failure

    def watch(self, on_end: Callable[[SessionLink], None]) -> None:
        """Calls back once when the stream has ended, at once if it has."""
        if self.is_ended:
            on_end(self)
        else:
            self._on_end = on_end

    async def send(self, piece: bytes) -> None:
        """Sends audio; waits while too much is on its way.

        Raises:
            LiveTranslateError: the stream has ended.
        """
        duration_s = len(piece) / self._options.audio.bytes_per_s
        await self._window.wait_for_room(duration_s)
        self._requests += 1
        request_id = str(self._requests)
        self._window.add(request_id, duration_s)
        await self._write(request_id, [uint8_tensor(tensors.AUDIO, piece)])
        self.position += len(piece)

    async def send_update(self, update: SessionUpdate) -> None:
        """Tells the server what changes from now on."""
        self._requests += 1
        await self._write(str(self._requests), [bytes_tensor(tensors.OPTIONS, encode_options(update), shape=(1,))])

    async def send_end(self, rest: bytes) -> None:
        """Sends END, with the bytes of an incomplete frame: it is for the server to report what it drops."""
        await self._write("end", [uint8_tensor(tensors.AUDIO, rest)] if rest else [], end=True)
        self.end_sent = True

    async def close(self) -> None:
        """Leaves the stream, which cancels what is still running on the server."""
        if self.is_ended and self.failure is None and self._reader is not None:
            # Its events are all here; the server only has to close the stream.
            await asyncio.wait({self._reader}, timeout=_CLOSE_TIMEOUT_S)
        self._on_end = None
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self._resources.aclose()

    async def _write(
        self, request_id: str, inputs: list[InputTensor], *, start: bool = False, end: bool = False
    ) -> None:
        if self.is_ended:
            raise self.failure or LiveTranslateError(ErrorCode.SESSION_ENDED, "The session has ended.")
        request = infer_request(
            tensors.LIVE_TRANSLATION,
            inputs,
            version=self.model_version,
            request_id=request_id,
            parameters={
                "sequence_id": self._sequence_id,
                "sequence_start": start,
                "sequence_end": end,
                "triton_enable_empty_final_response": True,
            },
        )
        try:
            await self._stream.write(request)
        except LiveTranslateError as error:
            # The reader, a moment later, learns why; the writer only that the stream is closed.
            await asyncio.wait({asyncio.ensure_future(self._ended.wait())}, timeout=_CLOSE_TIMEOUT_S)
            self._end(error)
            raise self.failure or error from None

    async def _read(self) -> None:
        """Takes every response: events to their taker, empty finals to the window."""
        has_done = False
        try:
            async for response in self._stream.responses():
                if response.error_text:
                    self._end(self._stream.refusal(response))
                    return
                for raw in response.items(tensors.EVENT):
                    received = ReceivedEvent(raw, read_event(raw), time.monotonic())
                    has_done = has_done or isinstance(received.event, Done)
                    self._take(received)
                if response.final:
                    self._window.acknowledge(response.request_id)
                if response.final and response.request_id == _START_REQUEST:
                    self._end(None if has_done else self._cut_off())
                    await self._stream.done_writing()
            self._end(None if has_done else self._cut_off())
        except LiveTranslateError as error:
            self._end(error)
        finally:
            # Whatever ended the reader, nobody may wait for events for ever; an end said before this one stands.
            self._end(self._cut_off())

    def _take(self, received: ReceivedEvent) -> None:
        event = received.event
        if isinstance(event, Error) and event.fatal:
            # A refused START is raised; what ends a session later is shown, unless another link takes it up.
            self.last_words = received if self._is_open else None
            self._end(LiveTranslateError(event.code, event.message))
        elif not self.is_ended:
            self._on_event(received)
            if isinstance(event, SessionStarted):
                self._is_open = True
                self._answered.set()

    def _end(self, failure: LiveTranslateError | None) -> None:
        """The first end stands."""
        if self.is_ended:
            return
        self.is_ended = True
        self.failure = failure
        self._window.close()
        self._ended.set()
        self._answered.set()
        if self._on_end is not None:
            self._on_end(self)

    def _cut_off(self) -> LiveTranslateError:
        reason = f"the server closed session {self._sequence_id}, without 'done'"
        return failures.broken(self.connection.address, reason)
