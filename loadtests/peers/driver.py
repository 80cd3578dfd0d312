"""Streams clips into another system at the pace of a microphone and notes what it shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from websocket import WebSocket, WebSocketException, WebSocketTimeoutException, create_connection

from loadtests.live.clips import RATE_HZ, Clip
from loadtests.live.driver import CHUNK_S, TAIL_S, offsets
from loadtests.peers.protocols import PeerProtocol, Text
from loadtests.scoring import Shown, Timeline

REST_S = 6.0
"""A system that does not flush is done when its text has not changed for so long after the clip."""
PATIENCE_S = 45.0
"""How long after the clip a system is listened to at most."""
_OPEN_S = 120.0


@dataclass
class PeerSession:
    """One session as its viewer saw it.

    Attributes:
        clip: what was spoken.
        started_at: monotonic time of audio second 0.
        texts: (monotonic arrival time, captions), each a change.
        failure: what went wrong, if anything.
        sent_s: audio that was sent, silence included, seconds.
    """

    clip: Clip
    started_at: float = 0.0
    texts: list[tuple[float, Text]] = field(default_factory=list)
    failure: str | None = None
    sent_s: float = 0.0

    def timeline(self) -> Timeline:
        """For the scorer. What still could change at the end counts as committed when it last changed.

        These systems do not say how much audio they had heard, so there are no ideal delays.
        """
        steps = [
            Shown(at - self.started_at, None, text.committed, f"{text.committed} {text.unstable}".strip())
            for at, text in self.texts
        ]
        if steps and self.texts[-1][1].unstable:
            last = steps[-1]
            steps.append(Shown(last.at_s, None, last.displayed, last.displayed))
        return Timeline(self.clip.duration_s, tuple(steps))


def play_many(
    url: str, make: Callable[[], PeerProtocol], clips: Sequence[Clip], *, stagger_s: float, seed: int
) -> list[PeerSession]:
    """A session for each clip, all at once, with the same beginnings as loadtests.live."""
    with ThreadPoolExecutor(len(clips)) as pool:
        pairs = zip(clips, offsets(len(clips), stagger_s=stagger_s, seed=seed), strict=True)
        return list(pool.map(lambda pair: _play(url, make(), pair[0], offset_s=pair[1]), pairs))


def _play(url: str, protocol: PeerProtocol, clip: Clip, *, offset_s: float) -> PeerSession:
    session = PeerSession(clip)
    time.sleep(offset_s)
    try:
        socket = create_connection(url + protocol.path, timeout=_OPEN_S)
    except (OSError, WebSocketException) as error:
        session.failure = f"no connection: {error}"
        return session
    try:
        protocol.open(socket)
        _converse(socket, protocol, session)
    except (OSError, WebSocketException) as error:
        session.failure = f"{type(error).__name__}: {error}"
    finally:
        socket.close()
    if not session.texts and session.failure is None:
        session.failure = "it showed nothing"
    return session


def _converse(socket: WebSocket, protocol: PeerProtocol, session: PeerSession) -> None:
    """Speaks from a thread of its own and listens in this one."""
    session.started_at = time.monotonic()
    has_rested = threading.Event()
    speaker = threading.Thread(target=_speak, args=(socket, protocol, session, has_rested), daemon=True)
    speaker.start()
    clip_over_at = session.started_at + session.clip.duration_s
    socket.settimeout(0.5)
    before = Text("", "")
    changed_at = session.started_at
    while time.monotonic() < clip_over_at + PATIENCE_S:
        try:
            message = socket.recv()
        except WebSocketTimeoutException:
            message = None
        except WebSocketException:
            break  # the server has closed: it is over
        now = time.monotonic()
        if message:
            text = protocol.read(message)
            if text is not None and text != before:
                session.texts.append((now, text))
                before, changed_at = text, now
            if protocol.is_over(message):
                break
        if not protocol.flushes and now - max(changed_at, clip_over_at) > REST_S:
            break
    has_rested.set()
    speaker.join()


def _speak(socket: WebSocket, protocol: PeerProtocol, session: PeerSession, has_rested: threading.Event) -> None:
    """The clip and then silence: a little for a system that flushes, else until its text rests."""
    step = int(CHUNK_S * RATE_HZ)
    tail = np.zeros(int((TAIL_S if protocol.flushes else PATIENCE_S) * RATE_HZ), np.int16)
    pcm = np.concatenate((session.clip.pcm, tail))
    try:
        for number, start in enumerate(range(0, len(pcm), step)):
            spoken_at = session.started_at + (number + 1) * CHUNK_S
            if has_rested.wait(max(0.0, spoken_at - time.monotonic())):
                break
            chunk = pcm[start : start + step]
            socket.send_binary(protocol.audio(chunk))
            session.sent_s += len(chunk) / RATE_HZ
        protocol.end(socket)
    except (OSError, WebSocketException) as error:
        if not has_rested.is_set():
            session.failure = f"while sending: {type(error).__name__}: {error}"
