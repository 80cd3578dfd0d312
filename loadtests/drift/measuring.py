"""Streams recordings to a live server and notes of each utterance what the server's metrics count."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from livetranslate.protocol import TranscriptFinal
from livetranslate_tools.paths import data_dir
from livetranslate_tools.version_folders import newest_version_folders
from loadtests.drift.utterances import Measured, Utterance
from loadtests.live.clips import RATE_HZ, Clip
from loadtests.live.driver import play


async def measure(
    url: str, clips: Sequence[Clip], *, speaker: str, spoken: str, condition: str, told: str, at_once: int
) -> Measured:
    """One session a clip, sent as fast as the server takes it.

    Raises:
        RuntimeError: a session failed.
    """
    room = asyncio.Semaphore(at_once)

    async def one(clip: Clip) -> list[Utterance]:
        async with room:
            recording = await play(url, clip, source=told, targets=(), pace="fast")
        if recording.failure:
            raise RuntimeError(f"{clip.name}: {recording.failure}")
        finals = [event for _, event in recording.events if isinstance(event, TranscriptFinal)]
        return [_utterance(final, clip) for final in finals]

    found = await asyncio.gather(*(one(clip) for clip in clips))
    audio_s = sum(clip.duration_s for clip in clips)
    return Measured(
        speaker, spoken, condition, told, round(audio_s, 1), tuple(one for several in found for one in several)
    )


def _utterance(final: TranscriptFinal, clip: Clip) -> Utterance:
    start_s, end_s = final.audio_start_s or 0.0, final.audio_end_s or 0.0
    samples = clip.pcm[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)].astype(np.float32) / 32768
    condition = _audio_condition().measure(samples)
    return Utterance(
        level_dbfs=None if condition is None else round(condition.level_dbfs, 2),
        snr_db=None if condition is None else round(condition.snr_db, 2),
        language=final.language or "unknown",
        speech_s=round(end_s - start_s, 3),
        confidences=tuple(round(word.confidence, 3) for word in final.words if word.confidence is not None),
    )


@cache
def _audio_condition() -> Any:
    """The product's own measure, from the newest version of the live model."""
    sys.path.extend(str(folder) for folder in newest_version_folders(data_dir("model_repository")).values())
    return importlib.import_module("audio_condition")
