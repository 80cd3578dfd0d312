"""How to talk to other live systems: each one's own websocket protocol, as its own client speaks it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from websocket import WebSocket


class Text(NamedTuple):
    """All captions after a message: committed (the system will not change it) and what may still change."""

    committed: str
    unstable: str


class PeerProtocol(Protocol):
    """One session's side of a protocol; keeps what it needs to know of earlier messages.

    Attributes:
        path: of the websocket.
        flushes: whether the system finishes its text when it is told that the audio has ended; one that does not is
            given silence until its text rests, as a microphone would.
    """

    path: str
    flushes: bool

    def open(self, socket: WebSocket) -> None:
        """The handshake, up to the server being ready for audio."""
        ...

    def audio(self, pcm: npt.NDArray[np.int16]) -> bytes:
        """A chunk of s16le mono 16 kHz as the system takes it."""
        ...

    def end(self, socket: WebSocket) -> None:
        """Says that no audio follows."""
        ...

    def read(self, message: str | bytes) -> Text | None:
        """The captions after a message; None when it is about something else."""
        ...

    def is_over(self, message: str | bytes) -> bool:
        """Whether the server says that everything is done."""
        ...


class WhisperLive:
    """``whisper-live``: segments, completed or not, with the last one growing."""

    path = "/"
    flushes = False

    def __init__(self, model: str, language: str) -> None:
        self._model = model
        self._language = language
        self._completed: dict[str, str] = {}

    def open(self, socket: WebSocket) -> None:
        """Sends the options and waits for SERVER_READY; the values are its own client's defaults."""
        options = {
            "uid": f"{id(self)}",
            "language": self._language,
            "task": "transcribe",
            "model": self._model,
            "use_vad": True,
            "send_last_n_segments": 10,
            "no_speech_thresh": 0.45,
            "clip_audio": False,
            "same_output_threshold": 10,
        }
        socket.send(json.dumps(options))
        while json.loads(socket.recv()).get("message") != "SERVER_READY":
            pass

    def audio(self, pcm: npt.NDArray[np.int16]) -> bytes:
        """float32 in [-1, 1]."""
        return (pcm.astype(np.float32) / 32768).tobytes()

    def end(self, socket: WebSocket) -> None:
        """The server then drops what it has not completed."""
        socket.send_binary(b"END_OF_AUDIO")

    def read(self, message: str | bytes) -> Text | None:
        """Completed segments are committed; only the newest ten are sent, so earlier ones are remembered."""
        segments: list[dict[str, Any]] | None = json.loads(message).get("segments")
        if segments is None:
            return None
        self._completed |= {one["start"]: one["text"].strip() for one in segments if one.get("completed")}
        unstable = " ".join(one["text"].strip() for one in segments if not one.get("completed"))
        return Text(" ".join(self._completed.values()), unstable)

    def is_over(self, message: str | bytes) -> bool:
        """When it says DISCONNECT."""
        return bool(json.loads(message).get("message") == "DISCONNECT")


class WhisperLiveKit:
    """``whisperlivekit``: lines of committed text and a buffer behind them."""

    path = "/asr"
    flushes = True

    def open(self, socket: WebSocket) -> None:
        """The server begins with its configuration."""
        json.loads(socket.recv())

    def audio(self, pcm: npt.NDArray[np.int16]) -> bytes:
        """As it is (``--pcm-input``)."""
        return pcm.tobytes()

    def end(self, socket: WebSocket) -> None:
        """An empty message."""
        socket.send_binary(b"")

    def read(self, message: str | bytes) -> Text | None:
        """Lines without text are silences."""
        content = json.loads(message)
        if "lines" not in content:
            return None
        lines = [line["text"].strip() for line in content["lines"] if line.get("text")]
        return Text(" ".join(lines), content.get("buffer_transcription", "").strip())

    def is_over(self, message: str | bytes) -> bool:
        """``ready_to_stop``."""
        return bool(json.loads(message).get("type") == "ready_to_stop")
