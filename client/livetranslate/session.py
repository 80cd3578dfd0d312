"""A live session: audio goes in, events come out, also across a break.

    async with client.session(source="en", targets=["es"]) as session:
        async for event in session.stream(chunks):      # sends the chunks, then END, while events are read
            ...

or by hand: ``await session.send(pcm)`` …, ``await session.end()``, and ``async for event in session``.

When the connection breaks or the server goes away, the session keeps its audio, takes itself up on the same server or
another, and its events go on where they stopped: nothing is missing, nothing comes twice, numbers continue.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterable, AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from types import TracebackType

import msgspec

from livetranslate.connection import Connection
from livetranslate.kept_audio import KeptAudio
from livetranslate.progress import SessionProgress
from livetranslate.protocol import ErrorCode, Event, LiveTranslateError, SessionOptions, SessionUpdate, limits
from livetranslate.received_events import EventInbox, ReceivedEvent
from livetranslate.reconnection import NoticeTaker, Reconnected, Reconnecting, ReconnectPolicy, passes
from livetranslate.session_link import SessionLink

MAX_UNACKNOWLEDGED_S = 30.0
START_TIMEOUT_S = 30.0
_PIECE_S = 1.0


class Session:
    """One live session; use it as an asynchronous context manager.

    A fatal ``error`` event is yielded like any other and then raised, so it cannot be missed. Leaving the block
    before ``done`` cancels the session on the server.

    Attributes:
        session_id: the id, a UUID; the session keeps it when it is resumed.
        options: what was asked for.
    """

    def __init__(
        self,
        connections: Sequence[Connection],
        options: SessionOptions,
        *,
        max_unacknowledged_s: float = MAX_UNACKNOWLEDGED_S,
        start_timeout_s: float = START_TIMEOUT_S,
        reconnect: ReconnectPolicy | None = None,
        on_connection: NoticeTaker | None = None,
    ) -> None:
        self.session_id = str(uuid.uuid4())
        self.options = msgspec.structs.replace(options, resumable=reconnect is not None)
        self._connections = list(connections)
        self._max_unacknowledged_s = max_unacknowledged_s
        self._start_timeout_s = start_timeout_s
        self._policy = reconnect
        self._on_connection = on_connection
        self._inbox = EventInbox()
        self._kept = KeptAudio()
        self._progress = SessionProgress(options.targets)
        self._write_lock = asyncio.Lock()
        self._is_whole = asyncio.Event()
        self._is_whole.set()
        self._link: SessionLink
        self._links = 0
        self._breaks = 0
        self._token_at_break = ""
        self._sent = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._incomplete_frame = b""
        self._is_ended = False

    @property
    def model_version(self) -> str:
        """Version of ``live_translation`` that serves the session; every request names it."""
        return self._link.model_version

    @property
    def address(self) -> str:
        """``host:port`` of the server that serves the session."""
        return self._link.connection.address

    @property
    def audio_sent_s(self) -> float:
        """Seconds of audio sent so far; what is sent again after a break counts once."""
        return max(self._sent, self._link.position) / self.options.audio.bytes_per_s

    async def __aenter__(self) -> Session:
        if self._policy is None:
            self._link = await self._open(self.options)
        else:
            async for attempt in self._policy.opening_attempts(self._tell_failed):
                with attempt:
                    self._link = await self._open(self.options)
        self._link.watch(self._link_ended)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish(
            LiveTranslateError(ErrorCode.SESSION_CANCELLED, f"The session {self.session_id} was left before its end.")
        )
        for task in list(self._tasks):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._link.close()

    async def send(self, pcm: bytes) -> None:
        """Sends audio in the layout of ``options.audio``, in chunks of any size.

        Waits while more than ``max_unacknowledged_s`` seconds are on their way, so a fast producer is slowed to
        what the server takes. During a break it only keeps the audio, until ``max_kept_s`` of the policy are kept.

        Raises:
            LiveTranslateError: the session has ended, with the reason.
        """
        layout = self.options.audio
        data = self._incomplete_frame + bytes(pcm)
        whole = len(data) - len(data) % layout.frame_bytes
        self._incomplete_frame = data[whole:]
        step = self._piece_bytes
        for position in range(0, whole, step):
            piece = data[position : min(position + step, whole)]
            if len(self._kept) + len(piece) > self._max_kept_bytes:
                await self._is_whole.wait()
            self._check_open()
            self._kept.append(piece)
            await self._pump_if_whole()
        self._check_open()

    async def set_targets(
        self, targets: Iterable[str], *, glossary: Mapping[str, dict[str, str]] | None = None
    ) -> None:
        """Translates into these languages from the next utterance on; a ``session.updated`` event confirms it.

        Args:
            targets: all languages wanted from now on.
            glossary: for new languages: target language -> term -> required translation.

        Raises:
            LiveTranslateError: a language is unknown, the source's, or one too many; or the session has ended.
        """
        terms = {**self.options.glossary, **(glossary or {})}
        chosen = msgspec.structs.replace(self.options, targets=tuple(targets), glossary=terms)
        update = SessionUpdate(targets=chosen.targets, glossary=dict(glossary or {}))
        self._check_open()
        self.options = chosen  # what a server is told that takes the session up after a break
        if self._is_whole.is_set():
            async with self._write_lock:
                await self._link.send_update(update)

    async def end(self) -> None:
        """Says that no audio follows; the remaining events, up to ``done``, still come. A second call does nothing."""
        if self._is_ended or (self._inbox.is_ended and self._inbox.failure is None):
            return
        self._check_open()
        self._is_ended = True
        await self._pump_if_whole()

    def feed(self, audio: AsyncIterable[bytes]) -> None:
        """Sends all chunks and then END from a background task; what goes wrong is raised to the events' reader."""
        self._start(self._send_all(audio))

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

    async def _send_all(self, audio: AsyncIterable[bytes]) -> None:
        async for chunk in audio:
            await self.send(chunk)
        await self.end()

    @property
    def _piece_bytes(self) -> int:
        layout = self.options.audio
        largest = min(int(_PIECE_S * layout.bytes_per_s), limits.MAX_CHUNK_BYTES)
        return largest - largest % layout.frame_bytes

    @property
    def _max_kept_bytes(self) -> float:
        return 0.0 if self._policy is None else self._policy.max_kept_s * self.options.audio.bytes_per_s

    @property
    def _resume_position(self) -> int:
        """Bytes of audio before the point from which it would be sent again."""
        layout = self.options.audio
        return round(self._progress.resume_from_s * layout.rate_hz) * layout.frame_bytes

    def _check_open(self) -> None:
        if self._is_ended or self._inbox.is_ended:
            raise self._inbox.failure or LiveTranslateError(
                ErrorCode.SESSION_ENDED, f"The session {self.session_id} has ended; open a new one for more audio."
            )

    async def _pump_if_whole(self) -> None:
        """Sends what is kept and not sent; during a break, that is left to whoever mends it."""
        if self._is_whole.is_set():
            async with self._write_lock:
                await self._pump(self._link)

    async def _pump(self, link: SessionLink) -> None:
        try:
            while link.position < self._kept.end and not link.is_ended:
                await link.send(self._kept.read(link.position, self._piece_bytes))
                self._forget(link)
            if self._is_ended and not link.end_sent and not link.is_ended:
                await link.send_end(self._incomplete_frame)
        except LiveTranslateError:
            if not link.is_ended:
                raise  # else its end has been dealt with: the audio is kept, or the session is over

    def _forget(self, link: SessionLink) -> None:
        """Lets go of audio that no break can ask for again, and of the oldest beyond the limit."""
        self._sent = max(self._sent, link.position)
        needed = self._resume_position if self._policy is not None and self._progress.token else link.position
        oldest = self._kept.end - int(self._max_kept_bytes)
        self._kept.forget_before(min(link.position, max(needed, oldest)))

    def _take(self, received: ReceivedEvent) -> None:
        self._inbox.check_room()
        self._progress.take(received)
        if self._policy is not None and self._progress.token:
            self._kept.forget_before(min(self._sent, self._resume_position))
        self._inbox.put(received)

    def _link_ended(self, link: SessionLink) -> None:
        failure = link.failure
        if failure is not None and self._can_resume(failure):
            self._is_whole.clear()
            self._start(self._mend(link, failure))
            return
        if link.last_words is not None:
            self._inbox.put(link.last_words)
        self._finish(failure)

    def _can_resume(self, failure: LiveTranslateError) -> bool:
        if self._policy is None or self._inbox.is_ended or not (self._progress.token and passes(failure)):
            return False
        self._breaks = self._breaks + 1 if self._progress.token == self._token_at_break else 1
        self._token_at_break = self._progress.token
        return self._breaks <= self._policy.max_breaks and self._kept.start <= self._resume_position

    async def _mend(self, broken: SessionLink, failure: LiveTranslateError) -> None:
        """Takes the session up on a new link and sends it the audio that the broken one leaves open."""
        policy = self._policy or ReconnectPolicy()
        began_s = time.monotonic()
        self._tell(Reconnecting(0, failure))
        await broken.close()
        try:
            async for attempt in policy.attempts(self._tell_failed):
                with attempt:
                    position = self._resume_position
                    resume = self._progress.request(audio_end_s=self._kept.end / self.options.audio.bytes_per_s)
                    link = await self._open(msgspec.structs.replace(self.options, resume=resume))
        except LiveTranslateError as error:
            if broken.last_words is not None:
                self._inbox.put(broken.last_words)
            tried = f"It was tried again for {time.monotonic() - began_s:.0f} s: {error.message}"
            raise LiveTranslateError(failure.code, f"{failure.message} {tried}") from error
        link.position = position
        self._link = link
        self._tell(Reconnected(link.connection.address, time.monotonic() - began_s))
        link.watch(self._link_ended)
        async with self._write_lock:
            await self._pump(link)
        if not link.is_ended:
            self._is_whole.set()

    async def _open(self, options: SessionOptions) -> SessionLink:
        """Starts the session on the first server, in turn, that takes it; the last one that did is asked first."""
        failure: LiveTranslateError | None = None
        for connection in list(self._connections):
            self._links += 1
            link = SessionLink(
                connection,
                options,
                sequence_id=self.session_id if self._links == 1 else f"{self.session_id}.{self._links}",
                max_unacknowledged_s=self._max_unacknowledged_s,
                on_event=self._take,
            )
            try:
                await link.open(timeout_s=self._start_timeout_s)
            except BaseException as problem:
                await link.close()
                if not isinstance(problem, LiveTranslateError):
                    raise
                # Of several refusals, one that may pass says that it is worth trying again.
                failure = problem if failure is None or passes(problem) else failure
                continue
            self._connections.remove(connection)
            self._connections.insert(0, connection)
            return link
        raise failure or LiveTranslateError(ErrorCode.OPTION_INVALID, "No server address was given.")

    def _tell_failed(self, attempt: int, problem: BaseException) -> None:
        if isinstance(problem, LiveTranslateError):
            self._tell(Reconnecting(attempt, problem))

    def _tell(self, notice: Reconnecting | Reconnected) -> None:
        if self._on_connection is not None:
            self._on_connection(notice)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_stopped)

    def _task_stopped(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            self._finish(problem)

    def _finish(self, failure: BaseException | None) -> None:
        self._inbox.end(failure)
        self._is_whole.set()
