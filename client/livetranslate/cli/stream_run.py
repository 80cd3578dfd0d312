"""Runs one session from its audio to its summary; used by ``stream`` and by the operator's ``demo``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO

from rich.console import Console

from livetranslate.audio import AudioSource, open_audio
from livetranslate.captions import CaptionView, caption_view
from livetranslate.client import connect
from livetranslate.connection import DEFAULT_URL
from livetranslate.pacing import Pace, Pacer
from livetranslate.protocol import AUTO
from livetranslate.received_events import ReceivedEvent
from livetranslate.reconnection import ConnectionNotice, Reconnected
from livetranslate.summary import StreamMeter, StreamSummary


def run_stream(
    *,
    source: str | os.PathLike[str] | AudioSource,
    url: str = DEFAULT_URL,
    language: str = AUTO,
    targets: Iterable[str] = (),
    pace: Pace | str = Pace.REALTIME,
    jsonl: bool = False,
    console: Console | None = None,
    **session_options: Any,
) -> StreamSummary:
    """Streams audio, shows captions (or prints events), and returns the figures of the session.

    Args:
        source: path, ``-`` for standard input, or an opened :class:`livetranslate.audio.AudioSource`.
        url: the server's gRPC address.
        language: spoken language, or ``auto``.
        targets: languages to translate into.
        pace: ``realtime`` or ``fast``.
        jsonl: prints the events to standard output, one JSON object a line, exactly as received, and nothing else.
        console: where captions go; standard output when None.
        session_options: further fields of :class:`livetranslate.protocol.SessionOptions`, by name.

    Raises:
        LiveTranslateError: with the reason; what was final before it has been shown.
        KeyboardInterrupt: Ctrl-C; the session was cancelled. A microphone's first Ctrl-C only ends the recording.
    """
    return asyncio.run(
        stream_captions(
            source=source,
            url=url,
            language=language,
            targets=targets,
            pace=pace,
            jsonl=jsonl,
            console=console,
            **session_options,
        )
    )


async def stream_captions(
    *,
    source: str | os.PathLike[str] | AudioSource,
    url: str = DEFAULT_URL,
    language: str = AUTO,
    targets: Iterable[str] = (),
    pace: Pace | str = Pace.REALTIME,
    jsonl: bool = False,
    console: Console | None = None,
    **session_options: Any,
) -> StreamSummary:
    """The same as :func:`run_stream`, inside a running event loop."""
    audio = source if isinstance(source, AudioSource) else open_audio(source)
    languages = tuple(targets)
    tell = _to_stderr

    def on_connection(notice: ConnectionNotice) -> None:
        tell(status_line(notice))

    session = connect(url).session(
        language, languages, audio=audio.format, on_connection=on_connection, **session_options
    )
    pacer = Pacer(Pace(pace))
    meter = StreamMeter(pacer)
    with ExitStack() as resources:
        async with session:
            # The view opens after the session has started: a refusal leaves the screen as it was.
            if jsonl:
                show = _json_lines(sys.stdout.buffer)
            else:
                view = resources.enter_context(caption_view(console or Console(), languages))
                show, tell = _captions(view), view.tell
            resources.enter_context(_first_interrupt(audio.stop))
            session.feed(audio.paced(pacer=pacer))
            async for received in session.received():
                meter.take(received)
                show(received)
    return meter.summary()


def _json_lines(output: BinaryIO) -> Callable[[ReceivedEvent], None]:
    def show(received: ReceivedEvent) -> None:
        output.write(received.raw + b"\n")
        output.flush()

    return show


def _to_stderr(status: str) -> None:
    if status:
        print(status, file=sys.stderr, flush=True)


def status_line(notice: ConnectionNotice) -> str:
    """What a viewer is told about the connection; nothing once it is well again."""
    if isinstance(notice, Reconnected):
        return ""
    if notice.reason.retry_after_s is not None:
        return f"waiting: {notice.reason.message}"
    return "reconnecting … (the audio is kept)" if notice.attempt else f"interrupted: {notice.reason}"


def _captions(view: CaptionView) -> Callable[[ReceivedEvent], None]:
    def show(received: ReceivedEvent) -> None:
        if received.event is not None:
            view.show(received.event)

    return show


@contextmanager
def _first_interrupt(stop: Callable[[], None] | None) -> Iterator[None]:
    """Lets the first Ctrl-C end a live source, so that its last words are still shown; the second one interrupts."""
    if stop is None:
        yield
        return
    loop = asyncio.get_running_loop()

    def stop_once() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    loop.add_signal_handler(signal.SIGINT, stop_once)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
