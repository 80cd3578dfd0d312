"""Events of one session in the order of their arrival, and how the stream of them ends."""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple, Union, get_args

import msgspec

from livetranslate.protocol import ErrorCode, Event, LiveTranslateError, decode_event

MAX_UNREAD_BYTES = 32 << 20
"""Events that may wait to be read, bytes of JSON: over an hour of speech with one translation."""

_log = logging.getLogger(__name__)


class ReceivedEvent(NamedTuple):
    """An event as it came.

    Attributes:
        raw: the JSON bytes of the wire.
        event: the typed event; None when this client does not know its type (a newer server's).
        received_at_s: :func:`time.monotonic` at arrival.
    """

    raw: bytes
    event: Event | None
    received_at_s: float


class _EventType(msgspec.Struct):
    type: str


_KNOWN_TYPES = frozenset(str(kind.__struct_config__.tag) for kind in get_args(Event))


def read_event(raw: bytes) -> Event | None:
    """The typed event, or None for a type that this client does not know.

    Raises:
        LiveTranslateError: ``INTERNAL`` when the bytes are no event.
    """
    try:
        return decode_event(raw)
    except msgspec.DecodeError as error:
        try:
            kind = msgspec.json.decode(raw, type=_EventType).type
        except msgspec.DecodeError:
            kind = None
        if kind is not None and kind not in _KNOWN_TYPES:
            _log.info("ignored an event of the unknown type %r; this client is older than the server", kind)
            return None
        raise LiveTranslateError(
            ErrorCode.INTERNAL,
            f"The server sent an event that this client cannot read ({error}): {raw[:80]!r}. Update the client.",
        ) from error


class EventInbox:
    """Holds events until they are read; ends with a plain end or with a failure, whichever comes first.

    A program may send a whole file and read afterwards. One that never reads must not grow for ever.
    """

    def __init__(self) -> None:
        self._unread_bytes = 0
        self._queue: asyncio.Queue[Union[ReceivedEvent, None]] = asyncio.Queue()
        self._ended = asyncio.Event()
        self.count = 0
        self.failure: BaseException | None = None
        self.has_begun = asyncio.Event()

    @property
    def is_ended(self) -> bool:
        """Whether no further event will arrive."""
        return self._ended.is_set()

    async def wait_for_end(self) -> None:
        """Returns when no further event will arrive."""
        await self._ended.wait()

    def check_room(self) -> None:
        """Makes sure that somebody reads.

        Raises:
            LiveTranslateError: ``EVENTS_NOT_READ``.
        """
        if self._unread_bytes > MAX_UNREAD_BYTES:
            raise LiveTranslateError(
                ErrorCode.EVENTS_NOT_READ,
                f"{self._queue.qsize()} events ({self._unread_bytes >> 20} MiB) wait to be read, and the limit is "
                f"{MAX_UNREAD_BYTES >> 20} MiB. Read the session's events while it is sent audio.",
            )

    def put(self, received: ReceivedEvent) -> None:
        """Adds an event."""
        self.count += 1
        self._unread_bytes += len(received.raw)
        self._queue.put_nowait(received)
        self.has_begun.set()

    def end(self, failure: BaseException | None = None) -> None:
        """Ends the stream of events; only the first call counts."""
        if self.is_ended:
            return
        self._ended.set()
        self.failure = failure
        self._queue.put_nowait(None)
        self.has_begun.set()

    async def get(self) -> ReceivedEvent | None:
        """The next event; None after the last.

        Raises:
            BaseException: the failure that ended the stream, after every event that came before it.
        """
        received = await self._queue.get()
        if received is None:
            self._queue.put_nowait(None)  # Whoever asks again gets the same answer.
            if self.failure is not None:
                raise self.failure
        else:
            self._unread_bytes -= len(received.raw)
        return received
