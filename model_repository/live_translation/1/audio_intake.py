"""Takes a chunk into a session, or says why not: audio that is too much is dropped, and the session goes on."""

from __future__ import annotations

from collections.abc import Callable

from inbox import Acknowledge, Inbox

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import MAX_CHUNK_BYTES


def take_in(
    audio: bytes, acknowledge: Acknowledge, *, inbox: Inbox, warn: Callable[[LiveTranslateError], None]
) -> None:
    """Queues audio; what cannot be taken leaves a gap of its length.

    The first of several chunks in a row that are refused is reported: a client that sends far more than the server
    takes would otherwise get a warning for each, faster than it reads them.

    Args:
        audio: the chunk.
        acknowledge: answers the chunk's request.
        inbox: the session's.
        warn: reports to the caller.
    """
    try:
        if len(audio) > MAX_CHUNK_BYTES:
            raise LiveTranslateError(
                ErrorCode.CHUNK_TOO_LARGE,
                f"A chunk of {len(audio)} bytes was dropped; the limit is {MAX_CHUNK_BYTES}. Send smaller chunks.",
            )
        inbox.put(audio, acknowledge)
    except LiveTranslateError as error:
        if inbox.skip(len(audio)):
            warn(error)
        acknowledge()
