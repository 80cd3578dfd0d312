"""The stream of malformed requests that a campaign sends."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator

from loadtests.faults.bad_requests.bad_grpc import bad_grpc_bytes, bad_protobuf
from loadtests.faults.bad_requests.bad_http import bad_http
from loadtests.faults.bad_requests.bad_options import bad_options
from loadtests.faults.bad_requests.bad_sequences import bad_parameters, bad_sequence
from loadtests.faults.bad_requests.bad_tensors import bad_tensors
from loadtests.faults.bad_requests.request import BadRequest

KINDS: dict[str, tuple[int, Callable[[random.Random], BadRequest]]] = {
    "tensors": (24, bad_tensors),
    "options": (22, bad_options),
    "sequence": (14, bad_sequence),
    "parameters": (12, bad_parameters),
    "http": (16, bad_http),
    "protobuf": (6, bad_protobuf),
    "grpc_bytes": (6, bad_grpc_bytes),
}
"""Name of a generator, its share in per cent, and what makes one request of it."""


def malformed_requests(count: int, *, seed: int, kinds: Iterable[str] = tuple(KINDS)) -> Iterator[BadRequest]:
    """So many requests, each made of the seed and its own number: the first 100 of 1,000 are those of 100.

    Raises:
        ValueError: a kind that does not exist.
    """
    names = list(kinds)
    if unknown := [name for name in names if name not in KINDS]:
        raise ValueError(f"Kinds {', '.join(unknown)} do not exist; known: {', '.join(KINDS)}.")
    shares = [KINDS[name][0] for name in names]
    for number in range(count):
        dice = random.Random(f"{seed}.{number}")
        (name,) = dice.choices(names, weights=shares)
        yield KINDS[name][1](dice)
