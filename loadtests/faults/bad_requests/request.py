"""One malformed request: bytes, and the door they go to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from livetranslate.inference import InputTensor, ParameterValue, infer_request

CHUNK_ID = "chunk-"


class Door(str, Enum):
    """Where a request enters.

    ``CALL`` is gRPC's ``ModelInfer``, ``STREAM`` its ``ModelStreamInfer``; ``HTTP`` and ``GRPC_BYTES`` are bytes
    written to the HTTP or the gRPC port as they are.
    """

    CALL = "grpc call"
    STREAM = "grpc stream"
    HTTP = "http"
    GRPC_BYTES = "grpc bytes"


@dataclass(frozen=True)
class BadRequest:
    """What is sent.

    Attributes:
        kind: which generator made it; reports count by it.
        what: what is wrong with it, in a few words.
        model: which model it is for; empty for none.
        door: where it goes.
        messages: one for a call or raw bytes; all those of a stream, in order.
    """

    kind: str
    what: str
    model: str
    door: Door
    messages: tuple[bytes, ...]

    @property
    def size_bytes(self) -> int:
        """Of all messages."""
        return sum(map(len, self.messages))


def session_id(dice: random.Random) -> str:
    """A UUID of the dice."""
    return str(UUID(int=dice.getrandbits(128), version=4))


def message(
    model: str,
    tensors: Sequence[InputTensor],
    *,
    number: int = 0,
    version: str = "",
    parameters: dict[str, ParameterValue] | None = None,
) -> Any:
    """A ``ModelInferRequest`` whose id holds its number in the stream."""
    return infer_request(model, tensors, version=version, request_id=f"{CHUNK_ID}{number}", parameters=parameters)


def encoded(request: Any) -> bytes:
    """Its bytes, the same in every run (maps are sorted)."""
    return bytes(request.SerializeToString(deterministic=True))
