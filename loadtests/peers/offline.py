"""faster-whisper's offline pass over the recordings: what the same weights cost when nobody waits."""

from __future__ import annotations

import numpy as np

from loadtests.figures import Figures
from loadtests.live.clips import Clip
from loadtests.peers import environments, weights
from loadtests.peers.systems import Say
from loadtests.scoring.alignment import edits
from loadtests.scoring.score import spoken
from loadtests.window_cost.comparison import Side

NAME = "faster-whisper int8, offline"


def faster_whisper(clip: Clip, *, language: str, runs: int, say: Say) -> list[Figures]:
    """Word error rate and CPU seconds per audio second, one recording after the other; a line a run."""
    python = environments.ensure(environments.FASTER_WHISPER, say=say)
    parts = clip.parts or (clip,)
    audio_s = sum(part.duration_s for part in parts)
    said = sum(len((part.words or "").split()) for part in parts)
    found: list[Figures] = []
    folder, threads = str(weights.ct2(say)), "2"
    with Side("faster-whisper", python, "loadtests.window_cost.faster_whisper_side", folder, language, threads) as side:
        for _ in range(runs):
            answers = [side.transcribe(part.pcm.astype(np.float32) / 32768) for part in parts]
            pairs = zip(parts, answers, strict=True)
            errors = sum(edits((part.words or "").split(), spoken(answer.text)) for part, answer in pairs)
            cpu_s, took_s = sum(one.cpu_s for one in answers), sum(one.took_s for one in answers)
            found.append({"wer": errors / said, "cpu_s_per_audio_s": cpu_s / audio_s, "throughput": audio_s / took_s})
    return found
