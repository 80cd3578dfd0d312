"""``python -m loadtests.users.caller``: makes the calls of locust's users with the SDK, in a process of its own.

Locust runs on gevent, which replaces sockets, threads and ``select``; the SDK runs on asyncio and gRPC's own threads,
which gevent does not replace. In one process they wait for each other. So each locust process starts one of these,
writes calls to its standard input and reads observations from its standard output, many calls at a time. The process
ends with its standard input.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import cache
from typing import BinaryIO

import livetranslate
from livetranslate.protocol import AudioFormat
from loadtests.live import clips
from loadtests.live.clips import RATE_HZ, Clip
from loadtests.users.live_call import Tell, live_call, refused
from loadtests.users.messages import Call, FileCall, LiveCall, Observation, TextCall, decode_call, encode
from loadtests.window_cost.side import read_frame, write_frame

find_clip = cache(clips.find)


async def serve(calls: BinaryIO, answers: BinaryIO) -> None:
    """Runs every call that is read as a task of its own until ``calls`` ends."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def tell(observation: Observation) -> None:
        write_frame(answers, encode(observation))

    while (frame := await loop.run_in_executor(None, read_frame, calls)) is not None:
        task = asyncio.create_task(_run(decode_call(frame), tell))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _run(call: Call, tell: Tell) -> None:
    began = time.monotonic()
    kind = type(call).__struct_config__.tag
    try:
        if isinstance(call, LiveCall):
            await live_call(call, await asyncio.to_thread(find_clip, call.clip), tell)
        elif isinstance(call, FileCall):
            await file_call(call, await asyncio.to_thread(find_clip, call.clip), tell)
        else:
            await text_call(call, tell)
    except livetranslate.LiveTranslateError as error:
        tell(refused(call.number, str(kind), "call", time.monotonic() - began, error))
    except Exception as error:  # noqa: BLE001 - one call's failure is a figure of the test, not its end
        problem = f"{type(error).__name__}: {error}"
        tell(Observation(call.number, str(kind), "call", time.monotonic() - began, problem=problem))
    finally:
        tell(Observation(call.number, str(kind), is_last=True))


async def file_call(call: FileCall, clip: Clip, tell: Tell) -> None:
    """Transcribes one recording of the clip; the length told is that of its audio, milliseconds."""
    part = clip.parts[call.part % len(clip.parts)] if clip.parts else clip
    began = time.monotonic()
    transcript = await livetranslate.connect(call.url).transcribe(
        part.pcm.tobytes(), call.source, audio_format=AudioFormat(rate_hz=RATE_HZ)
    )
    problem = "" if transcript.text.strip() else "EMPTY: no word was found in speech"
    length = round(part.duration_s * 1000)
    tell(Observation(call.number, "file", "transcription", time.monotonic() - began, length, problem))


async def text_call(call: TextCall, tell: Tell) -> None:
    """Translates the text; tells the first text and the whole of each language."""
    began = time.monotonic()
    begun: set[str] = set()
    client = livetranslate.connect(call.url)
    async for delta in client.translate_stream(call.text, call.source, targets=call.targets):
        took_s = time.monotonic() - began
        if delta.language not in begun and delta.text:
            begun.add(delta.language)
            tell(Observation(call.number, "text", "first text", took_s, len(delta.text)))
        if delta.final:
            untranslated = delta.result is not None and delta.result.untranslated
            problem = "untranslated: no model gave a translation" if untranslated else ""
            tell(Observation(call.number, "text", "translation", took_s, len(delta.text), problem))


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that is printed may come between the frames
    asyncio.run(serve(sys.stdin.buffer, answers))


if __name__ == "__main__":
    main()
