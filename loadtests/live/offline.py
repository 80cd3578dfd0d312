"""The same model without haste: what an offline pass over a clip's recordings says."""

from __future__ import annotations

import asyncio
import dataclasses

import livetranslate
from livetranslate.protocol import AudioFormat, Transcript
from loadtests.live.clips import Clip, join
from loadtests.scoring import ReferenceWord
from loadtests.scoring.alignment import edits
from loadtests.scoring.reference import aligned_times
from loadtests.scoring.score import spoken


def transcribe(url: str, clip: Clip, *, source: str) -> Transcript:
    """One recording through the ``transcribe`` ensemble, with words."""

    async def ask() -> Transcript:
        async with livetranslate.connect(url) as client:
            return await client.transcribe(clip.pcm.tobytes(), source, audio_format=AudioFormat())

    return asyncio.run(ask())


def timed(url: str, clip: Clip, *, source: str) -> tuple[Clip, float | None]:
    """The clip with times for all its words, and the offline word error rate over its recordings.

    Times that the project keeps are used as they are. Where no transcript is known, the offline pass is the reference;
    then there is no offline word error rate.
    """
    parts = []
    errors = words = 0
    for part in clip.parts or (clip,):
        transcript = transcribe(url, part, source=source)
        said = part.words.split() if part.words is not None else spoken(transcript.text)
        errors += edits(said, spoken(transcript.text))
        words += len(said)
        times: tuple[ReferenceWord, ...] = part.times
        times = times or aligned_times(said, transcript.words, duration_s=part.duration_s)
        parts.append(dataclasses.replace(part, words=" ".join(said), times=times))
    wer = errors / max(1, words) if clip.words is not None else None
    return (join(clip.name, parts) if clip.parts else parts[0]), wer
