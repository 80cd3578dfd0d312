"""A recogniser in a process of its own, which does nothing else: its CPU time is what its windows cost.

Frames on standard input and output: a length (4 bytes, little-endian), then that many bytes. A request is 16 kHz mono
float32 samples; the answer is JSON with ``text``, ``cpu_s`` and ``took_s``. Standard library and numpy only: a side
runs in its own environment.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Transcribe = Callable[[Samples], str]

REST_S = 0.05
"""Threads of an engine spin a little after a run, in wait of the next: that is its cost too."""


def serve(transcribe: Transcribe) -> None:
    """Answers until standard input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what an engine prints must not come between the frames
    write_frame(answers, b"ready")
    while (data := read_frame(requests)) is not None:
        samples = np.frombuffer(data, np.float32)
        used_s, began = time.process_time(), time.perf_counter()
        text = transcribe(samples)
        took_s = time.perf_counter() - began
        time.sleep(REST_S)
        answer = {"text": text, "cpu_s": time.process_time() - used_s, "took_s": took_s}
        write_frame(answers, json.dumps(answer).encode())


def write_frame(stream: BinaryIO, data: bytes) -> None:
    """Sends one frame."""
    stream.write(struct.pack("<I", len(data)) + data)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None when the stream has ended."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    data = stream.read(struct.unpack("<I", head)[0])
    return bytes(data)
