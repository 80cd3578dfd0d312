"""The client without asyncio: the same calls, waiting for their answers.

    from livetranslate import sync

    with sync.connect().session(source="en", targets=["es"], audio=speech.format) as session:
        for event in session.stream(speech.chunks()):
            print(event)

An event loop runs in a thread of its own and does the work of :mod:`livetranslate.client`; arguments, results and
errors are the same.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from livetranslate import client as asynchronous
from livetranslate.audio_input import Recording
from livetranslate.background import iterate_in_background
from livetranslate.connection import DEFAULT_URL
from livetranslate.credentials import Credentials, TlsFiles
from livetranslate.protocol import AUTO, Event, Transcript
from livetranslate.received_events import ReceivedEvent
from livetranslate.session import Session as AsyncSession
from livetranslate.translation import TranslationDelta

T = TypeVar("T")


def connect(
    url: str | Iterable[str] = DEFAULT_URL, *, api_key: str | None = None, tls: TlsFiles | None = None
) -> Client:
    """The twin of :func:`livetranslate.connect`."""
    return Client(url, Credentials.gather(api_key, tls))


class _EventLoopThread:
    """An event loop in a daemon thread, shared by every synchronous client: gRPC wants one loop a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine to its end; a Ctrl-C while waiting cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self._started())
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def iterate(self, items: AsyncIterator[T]) -> Iterator[T]:
        """Iterates over an asynchronous iterator."""

        async def step() -> tuple[bool, T | None]:
            try:
                return True, await items.__anext__()
            except StopAsyncIteration:
                return False, None

        while True:
            has_item, item = self.run(step())
            if not has_item:
                return
            yield item  # type: ignore[misc]

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="livetranslate-sync", daemon=True).start()
            return self._loop


_loop_thread = _EventLoopThread()


class Session:
    """The twin of :class:`livetranslate.session.Session`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        """Gives the attributes of the asynchronous session, such as ``session_id`` and ``model_version``."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._session, name)

    def __enter__(self) -> Session:
        _loop_thread.run(self._session.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _loop_thread.run(self._session.__aexit__(kind, error, trace))

    def send(self, pcm: bytes) -> None:
        """Sends audio; waits while too much is on its way."""
        _loop_thread.run(self._session.send(pcm))

    def end(self) -> None:
        """Says that no audio follows."""
        _loop_thread.run(self._session.end())

    def feed(self, audio: Iterable[bytes]) -> None:
        """Sends all chunks and then END from the background; ``audio`` may block."""

        async def start() -> None:
            self._session.feed(iterate_in_background(audio))

        _loop_thread.run(start())

    def stream(self, audio: Iterable[bytes]) -> Session:
        """Like :meth:`feed`, and returns the session itself, to iterate over."""
        self.feed(audio)
        return self

    def __iter__(self) -> Iterator[Event]:
        return _loop_thread.iterate(self._session.__aiter__())

    def received(self) -> Iterator[ReceivedEvent]:
        """Every event with its bytes and time of arrival."""
        return _loop_thread.iterate(self._session.received())


class Client:
    """The twin of :class:`livetranslate.client.Client`."""

    def __init__(self, url: str | Iterable[str] = DEFAULT_URL, credentials: Credentials | None = None) -> None:
        self._client = asynchronous.Client(url, credentials)

    def __enter__(self) -> Client:
        _loop_thread.run(self._client.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _loop_thread.run(self._client.__aexit__(kind, error, trace))

    def session(self, source: str = AUTO, targets: Iterable[str] = (), **options: Any) -> Session:
        """A live session, to be entered with ``with``."""

        async def make() -> AsyncSession:
            return self._client.session(source, targets, **options)

        return Session(_loop_thread.run(make()))

    def transcribe(self, recording: Recording, language: str = AUTO, **options: Any) -> Transcript:
        """Words with times of a whole recording."""
        return _loop_thread.run(self._client.transcribe(recording, language, **options))

    def translate(self, text: str, source: str = AUTO, *, targets: Iterable[str], **options: Any) -> dict[str, str]:
        """Translations of a text: language -> text."""
        return _loop_thread.run(self._client.translate(text, source, targets=targets, **options))

    def translate_stream(
        self, text: str, source: str = AUTO, *, targets: Iterable[str], **options: Any
    ) -> Iterator[TranslationDelta]:
        """Like :meth:`translate`, telling every piece when it comes."""
        return _loop_thread.iterate(self._client.translate_stream(text, source, targets=targets, **options))

    def translate_speech(self, recording: Recording, target: str, **options: Any) -> str:
        """The translation of what is said in a recording."""
        return _loop_thread.run(self._client.translate_speech(recording, target, **options))
