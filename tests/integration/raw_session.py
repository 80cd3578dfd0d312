"""A live session spoken straight over tritonclient, with none of the SDK's manners: for what a bad client may do."""

from __future__ import annotations

import json
import queue
import urllib.request
import uuid
import wave
from importlib.resources import files

import numpy as np
import tritonclient.grpc as triton

from livetranslate.protocol import Event, decode_event, tensors

START_REQUEST = "start"


def jfk_pcm() -> bytes:
    with files("livetranslate").joinpath("samples/jfk.wav").open("rb") as stream, wave.open(stream) as audio:
        return audio.readframes(audio.getnframes())


class RawSession:
    """Sends what it is told; ``events`` and ``errors`` are what came back."""

    def __init__(self, grpc_url: str, session_id: str | None = None, headers: dict[str, str] | None = None) -> None:
        self.session_id = session_id or str(uuid.uuid4())
        self.events: list[Event] = []
        self.errors: list[str] = []
        self.acknowledged = 0
        self.is_closed = False
        self._answers: queue.Queue = queue.Queue()
        self._client = triton.InferenceServerClient(grpc_url)
        self._client.start_stream(lambda result, error: self._answers.put((result, error)), headers=headers)

    def send(self, audio: bytes = b"", *, options: object = None, start: bool = False, end: bool = False) -> None:
        inputs = []
        if audio:
            tensor = triton.InferInput(tensors.AUDIO, [len(audio)], "UINT8")
            tensor.set_data_from_numpy(np.frombuffer(audio, np.uint8))
            inputs.append(tensor)
        if options is not None or not inputs:
            data = options if isinstance(options, bytes) else json.dumps(options or {}).encode()
            tensor = triton.InferInput(tensors.OPTIONS, [1], "BYTES")
            tensor.set_data_from_numpy(np.array([data], dtype=np.object_))
            inputs.append(tensor)
        self._client.async_stream_infer(
            tensors.LIVE_TRANSLATION,
            inputs,
            sequence_id=self.session_id,
            sequence_start=start,
            sequence_end=end,
            enable_empty_final_response=True,
            request_id=START_REQUEST if start else "chunk",
        )

    def start(self, first_chunk: bytes = b"", /, **options: object) -> RawSession:
        self.send(first_chunk, options=options, start=True)
        return self

    def stream(self, audio: bytes, chunk_bytes: int = 16_000) -> RawSession:
        for position in range(0, len(audio), chunk_bytes):
            self.send(audio[position : position + chunk_bytes])
        return self

    def end(self) -> RawSession:
        self.send(b"\0\0", end=True)
        return self

    def wait(self, *, timeout_s: float = 120.0, until: type | None = None, answers: int | None = None) -> RawSession:
        """Reads until the START request is closed, an event of a type came, or so many answers came."""
        while answers is None or answers > 0:
            result, error = self._answers.get(timeout=timeout_s)
            answers = None if answers is None else answers - 1
            if error is not None:
                self.errors.append(str(error))
                if until is None and answers is None:
                    return self
                continue
            response = result.get_response()
            final = response.parameters["triton_final_response"].bool_param
            if response.outputs:
                self.events.append(decode_event(bytes(result.as_numpy(tensors.EVENT)[0])))
                if until is not None and isinstance(self.events[-1], until):
                    return self
            if final and response.id == START_REQUEST:
                self.is_closed = True
                return self
            self.acknowledged += final and response.id != START_REQUEST
        return self

    def vanish(self) -> None:
        """Drops the stream without a word."""
        self._client.stop_stream(cancel_requests=True)
        self._client.close()

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    def __enter__(self) -> RawSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.vanish()


def open_sessions(server) -> float:
    """How many sessions the server says are open."""
    with urllib.request.urlopen(server.metrics_url) as page:
        for line in page.read().decode().splitlines():
            if line.startswith("livetranslate_sessions_open"):
                return float(line.rsplit(" ", 1)[1])
    raise AssertionError("the server does not report livetranslate_sessions_open")
