"""The body of a streamed chat completion, as vLLM and Ollama send it: server-sent events with a JSON object each.

Read from the bytes themselves. httpx's own lines end at U+2028 and the like too, which may stand inside a translation.
And httpx-sse tells nothing of comments, with which a proxy keeps a connection alive for as long as its server hangs, so
that nobody could stop listening; here ``on_bytes`` hears of all that comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import msgspec

MAX_EVENT_BYTES = 1 << 20
"""Longest line; a delta has some hundred bytes."""

_DATA = b"data:"
_END = b"[DONE]"


class BrokenStreamError(Exception):
    """The body is not what it should be; the message quotes nothing of it."""


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Problem(msgspec.Struct):
    code: int | str | None = None


class _Chunk(msgspec.Struct):
    choices: tuple[_Choice, ...] = ()
    error: _Problem | str | None = None
    object: str | None = None
    code: int | str | None = None


@dataclass(frozen=True)
class ChatDelta:
    """What one event adds.

    Attributes:
        text: more of the answer; often empty.
        finish_reason: why the answer ends here: ``stop``, ``length`` …; None while it goes on.
        error_status: the HTTP status that the server gives a failure after its answer began; 500 if it gives none.
    """

    text: str = ""
    finish_reason: str | None = None
    error_status: int | None = None


def read_chat(body: Iterable[bytes], *, on_bytes: Callable[[], None]) -> Iterator[ChatDelta]:
    """The events of a body, up to its end.

    Args:
        body: the bytes as they come.
        on_bytes: called whenever some came; what it raises ends the reading.

    Raises:
        BrokenStreamError: an event is no JSON or too long, or the body ended before the answer did.
    """
    for data in _data_lines(body, on_bytes):
        if data == _END:
            return
        try:
            chunk = msgspec.json.decode(data, type=_Chunk)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Without its cause, which may quote the text.
            raise BrokenStreamError("an event is no chat completion chunk") from None
        if chunk.error is not None or chunk.object == "error":
            code = chunk.error.code if isinstance(chunk.error, _Problem) else chunk.code
            yield ChatDelta(error_status=code if isinstance(code, int) else 500)
            return
        if chunk.choices:
            choice = chunk.choices[0]
            # Some servers send an empty reason with every event.
            reason = choice.finish_reason or None
            yield ChatDelta(choice.delta.content or "", reason)
            if reason is not None:
                return
    raise BrokenStreamError("it ended before the answer was complete")


def _data_lines(body: Iterable[bytes], on_bytes: Callable[[], None]) -> Iterator[bytes]:
    rest = b""
    for piece in body:
        on_bytes()
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > MAX_EVENT_BYTES:
            raise BrokenStreamError(f"an event has more than {MAX_EVENT_BYTES:,} bytes")
        yield from (line[len(_DATA) :].strip() for line in lines if line.startswith(_DATA))
    if rest.startswith(_DATA):
        yield rest[len(_DATA) :].strip()
