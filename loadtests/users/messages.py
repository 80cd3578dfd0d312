"""What a locust user asks of the process that runs the SDK, and what comes back: msgpack, one frame each."""

from __future__ import annotations

from typing import Union

import msgspec


class LiveCall(msgspec.Struct, tag="live", frozen=True):
    """A live session at a microphone's pace.

    Attributes:
        number: of the call, unique in the process.
        url: gRPC address.
        clip: a name that :func:`loadtests.live.clips.find` knows.
        first: the recording of the clip that comes first, so that sessions are not in lock-step.
        source: spoken language, or ``auto``.
        targets: languages to translate into.
    """

    number: int
    url: str
    clip: str
    first: int
    source: str
    targets: tuple[str, ...] = ()


class FileCall(msgspec.Struct, tag="file", frozen=True):
    """A whole recording to transcribe: part ``part`` of the clip."""

    number: int
    url: str
    clip: str
    part: int
    source: str


class TextCall(msgspec.Struct, tag="text", frozen=True):
    """A text to translate."""

    number: int
    url: str
    text: str
    source: str
    targets: tuple[str, ...]


Call = Union[LiveCall, FileCall, TextCall]


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that a caller saw.

    Attributes:
        number: of the call.
        kind: ``live``, ``file``, ``text``.
        name: what was timed, e.g. ``word delay``.
        seconds: how long it took.
        length: audio milliseconds, characters, or 0: what stands in locust's column of response sizes.
        problem: what went wrong, beginning with its error code; empty when nothing did.
        retry_after_s: what the server said about trying again; 0 when it said nothing.
        is_last: nothing follows for this call.
    """

    number: int
    kind: str
    name: str = ""
    seconds: float = 0.0
    length: int = 0
    problem: str = ""
    retry_after_s: float = 0.0
    is_last: bool = False


encode = msgspec.msgpack.Encoder().encode
_calls = msgspec.msgpack.Decoder(Call)
_observations = msgspec.msgpack.Decoder(Observation)


def decode_call(frame: bytes) -> Call:
    """A call from its frame."""
    call: Call = _calls.decode(frame)
    return call


def decode_observation(frame: bytes) -> Observation:
    """An observation from its frame."""
    return _observations.decode(frame)
