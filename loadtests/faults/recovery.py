"""Whether a server serves again: a fresh live session gets a final and its translation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import livetranslate
from livetranslate.protocol import TranscriptFinal, TranslationFinal
from loadtests.live.clips import RATE_HZ, Clip, jfk
from loadtests.live.driver import Recording, microphone

SPEECH_S = 3.3
"""The first words of the sample: "And so, my fellow Americans"."""
TARGET = "es"
SESSION_S = 30.0


@dataclass(frozen=True)
class FreshSession:
    """What a new caller gets.

    Attributes:
        heard: whether a final with words came.
        translated: whether its translation came, by a model.
        failure: what went wrong; empty when nothing did.
    """

    heard: bool
    translated: bool
    failure: str = ""


async def fresh_session(url: str) -> FreshSession:
    """Opens a session, says a few words at full speed, and ends it."""
    whole = jfk()
    words = Clip(whole.name, whole.pcm[: int(SPEECH_S * RATE_HZ)], None)
    heard = translated = False

    async def run() -> None:
        nonlocal heard, translated
        async with (
            livetranslate.connect(url) as client,
            client.session(source="en", targets=[TARGET], reconnect=None) as session,
        ):
            async for event in session.stream(microphone(words, Recording(), pace="fast", tail_s=1.5)):
                heard |= isinstance(event, TranscriptFinal) and bool(event.text)
                translated |= isinstance(event, TranslationFinal) and not event.untranslated

    try:
        await asyncio.wait_for(run(), SESSION_S)
    except livetranslate.LiveTranslateError as error:
        return FreshSession(heard, translated, str(error))
    except asyncio.TimeoutError:
        return FreshSession(heard, translated, f"not done within {SESSION_S:g} s")
    return FreshSession(heard, translated)


async def time_to_recover(
    url: str, *, since: float, timeout_s: float, is_over: Callable[[], bool] = lambda: False
) -> tuple[float | None, float | None, str]:
    """Tries fresh sessions until one is heard and translated.

    Args:
        url: gRPC address.
        since: monotonic time of the fault.
        timeout_s: patience.
        is_over: whether nothing more is to be hoped for.

    Returns:
        Seconds until the first session with a final, and until the first with a translation too; None for one that
        did not come. Then the last failure.
    """
    heard_s: float | None = None
    last = ""
    while time.monotonic() - since < timeout_s:
        found = await fresh_session(url)
        now_s = round(time.monotonic() - since, 2)
        if found.heard and heard_s is None:
            heard_s = now_s
        if found.heard and found.translated and not found.failure:
            return heard_s, now_s, ""
        if is_over():
            return heard_s, None, "the server has ended: its supervisor is gone"
        last = found.failure or "no translation by a model"
        await asyncio.sleep(0.5)
    return heard_s, None, last
