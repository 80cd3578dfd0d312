"""Drift of a real server on real speech: quieter, in noise, and as before."""

from __future__ import annotations

import asyncio
import time

import pytest
from loadtests.drift.recordings import Disturbance, gain, noise
from loadtests.live.clips import Clip, find, jfk, join
from loadtests.live.driver import play

from livetranslate.protocol import TranscriptFinal
from livetranslate_tools.drift.endpoint import MetricsEndpoint
from livetranslate_tools.drift.judging import Judge, Verdict
from livetranslate_tools.drift.reference import Reference
from livetranslate_tools.drift.sustained import DriftState
from livetranslate_tools.drift.window import Window, between

pytestmark = pytest.mark.integration

COUNTED_WITHIN_S = 30.0
MICROPHONES_DB = (0.0, -4.0, 3.0)
USUAL_WINDOWS = 8


def speech(number: int) -> list[Clip]:
    """What is said in a window: six sessions of two speakers, whose microphones change places from one to the next."""
    parts = list(find("librivox").parts)
    clips = [join("first", [jfk(), *parts[:2]]), join("second", parts[2:]), join("third", [jfk(), parts[0], parts[3]])]
    return [gain(MICROPHONES_DB[(number + at) % 3])(clip) for at, clip in enumerate([*clips, *clips[1:], clips[0]])]


class Listener:
    """Streams speech and gives the window of metrics in which it was heard."""

    def __init__(self, grpc_url: str, metrics_url: str) -> None:
        self._grpc_url = grpc_url
        self._endpoint = MetricsEndpoint(metrics_url, window_s=1.0)
        self._before = self._endpoint.read()
        self._windows = 0

    async def window(self, *changes: Disturbance) -> Window:
        clips = speech(self._windows)
        self._windows += 1
        for change in changes:
            clips = [change(clip) for clip in clips]
        plays = (play(self._grpc_url, clip, source="auto", targets=(), pace="fast") for clip in clips)
        recordings = await asyncio.gather(*plays)
        assert [one.failure for one in recordings] == [None] * len(clips)
        finals = sum(isinstance(event, TranscriptFinal) for one in recordings for _, event in one.events)
        return await self._counted(finals)

    async def _counted(self, finals: int) -> Window:
        """The window, as soon as every final is counted: models report their metrics now and then."""
        deadline = time.monotonic() + COUNTED_WITHIN_S
        while True:
            after = self._endpoint.read()
            window = between(self._before, after)
            counted = sum(window.counts.get("language", {}).values())
            if counted == finals and sum(window.counts["speech_level"].values()) == finals:
                self._before = after
                return window
            assert time.monotonic() < deadline, f"{finals} finals were sent and {counted:g} counted"
            await asyncio.sleep(0.5)


async def test_the_changes_are_seen_and_nothing_else(server) -> None:
    listener = Listener(server.grpc_url, server.metrics_url)
    usual = Reference.of([await listener.window() for _ in range(USUAL_WINDOWS)], window_s=60.0)
    judge = Judge(usual)

    async def drifted(*changes: Disturbance) -> list[str]:
        state = DriftState(in_a_row=1)
        state.add(judge.judge(await listener.window(*changes)))
        unjudged = [one.signal for one in state.latest if one.verdict is Verdict.UNJUDGED]
        assert set(unjudged) <= {"tokens_per_word"}  # nothing is translated here, but other tests may have begun to
        return state.drifted

    assert await drifted() == []
    assert await drifted(gain(-1.0)) == []
    quieter = await drifted(gain(-20.0))
    assert "speech_level" in quieter
    assert "language" not in quieter
    noisier = await drifted(noise(5.0))
    assert {"speech_snr", "word_confidence"} <= set(noisier)
    assert await drifted() == []
