"""One live session, timed as its user feels it, and told while it runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import livetranslate
from livetranslate.protocol import Event, TranscriptFinal, TranslationFinal, TranslationPartial
from livetranslate.reconnection import ReconnectPolicy
from loadtests.live import clips
from loadtests.live.captions_shown import timeline_of
from loadtests.live.clips import Clip
from loadtests.live.correctness import problems_of
from loadtests.live.driver import DEADLINE_S, TAIL_S, Recording, microphone
from loadtests.scoring import score
from loadtests.users.messages import LiveCall, Observation

Tell = Callable[[Observation], None]

# A refusal is what a load test wants to see, so nobody waits for a place behind its back.
_NO_PATIENCE = ReconnectPolicy(open_patience_s=0.0)


async def live_call(call: LiveCall, clip: Clip, tell: Tell) -> None:
    """Runs the session; tells its start, each final and translation as they come, and then each word and the whole.

    Raises:
        LiveTranslateError: the session broke; a refusal at its start is told instead.
    """
    began = time.monotonic()
    heard = clips.rotated(clip, call.first)
    watcher = Watcher(call, heard, tell)
    session = livetranslate.connect(call.url).session(source=call.source, targets=call.targets, reconnect=_NO_PATIENCE)
    try:
        await session.__aenter__()
    except livetranslate.LiveTranslateError as error:
        tell(refused(call.number, "live", "session start", time.monotonic() - began, error))
        return
    tell(Observation(call.number, "live", "session start", time.monotonic() - began))

    async def run() -> None:
        audio = microphone(heard, watcher.recording, pace="realtime", tail_s=TAIL_S)
        async for event in session.stream(audio):
            watcher.take(time.monotonic(), event)

    try:
        await asyncio.wait_for(run(), heard.duration_s + TAIL_S + DEADLINE_S)
    finally:
        await session.__aexit__(None, None, None)
    watcher.finish()


def refused(number: int, kind: str, name: str, seconds: float, error: livetranslate.LiveTranslateError) -> Observation:
    """What an error looks like to locust."""
    problem = f"{error.code.value}: {error.message}"
    return Observation(number, kind, name, seconds, problem=problem, retry_after_s=error.retry_after_s or 0.0)


class Watcher:
    """Turns a session's events into observations; word delays need its whole text, so they come last.

    Attributes:
        recording: the session so far.
    """

    def __init__(self, call: LiveCall, clip: Clip, tell: Tell) -> None:
        self.recording = Recording(clip)
        self._number = call.number
        self._tell = tell
        self._final_at: dict[int | None, float] = {}
        self._translated: set[tuple[int | None, str]] = set()

    def take(self, at: float, event: Event) -> None:
        """Notes an event that arrived at a monotonic time, and tells what it times."""
        self.recording.events.append((at, event))
        if isinstance(event, TranscriptFinal):
            self._final_at[event.utterance_id] = at
            if event.audio_end_s is not None:
                self._say("final", at - self.recording.started_at - event.audio_end_s, len(event.text))
        elif isinstance(event, (TranslationPartial, TranslationFinal)) and event.utterance_id in self._final_at:
            delay_s = at - self._final_at[event.utterance_id]
            if (event.utterance_id, event.language) not in self._translated:
                self._translated.add((event.utterance_id, event.language))
                self._say("translation, first text", delay_s, len(event.text))
            if isinstance(event, TranslationFinal):
                problem = "untranslated: no model gave a translation" if event.untranslated else ""
                self._say("translation", delay_s, len(event.text), problem)

    def finish(self) -> None:
        """Tells each word's delay, and the session: how long after its audio it was done, and what was wrong."""
        clip = self.recording.clip
        if clip is None:
            return
        for delay_s in score(timeline_of(self.recording), clip.times).commit_delays_s:
            self._say("word", delay_s, 0)
        after_s = time.monotonic() - self.recording.started_at - clip.duration_s - TAIL_S
        problem = "; ".join(problems_of(self.recording))
        self._say("session done", max(0.0, after_s), round(clip.duration_s * 1000), problem)

    def _say(self, name: str, seconds: float, length: int, problem: str = "") -> None:
        self._tell(Observation(self._number, "live", name, seconds, length, problem))
