"""Real speech, and what happens to it: another gain, a noisy room, another language."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from loadtests.live.clips import RATE_HZ, Clip, from_file, join
from loadtests.non_speech.signals import coloured_noise

CLIP_S = 30.0
SHORTEST_S = 3.0
"""A shorter prompt is a word or two."""
_LOUD = 90.0

Disturbance = Callable[[Clip], Clip]


def prompts(folder: Path, *, seconds: float) -> list[Clip]:
    """Recordings of one voice below a folder, joined to clips of about 30 s; recordings of so many seconds in all."""
    clips: list[Clip] = []
    parts: list[Clip] = []
    total_s = 0.0
    for path in sorted(folder.rglob("*.*")):
        if total_s >= seconds:
            break
        part = from_file(path)
        if not SHORTEST_S <= part.duration_s <= CLIP_S:
            continue
        parts.append(part)
        total_s += part.duration_s
        if sum(one.duration_s for one in parts) >= CLIP_S:
            clips.append(join(f"{folder.name} {len(clips)}", parts))
            parts = []
    return [*clips, join(f"{folder.name} {len(clips)}", parts)] if parts else clips


def gain(decibels: float) -> Disturbance:
    """As if the microphone were turned down (or up), before it is made to 16-bit samples."""

    def change(clip: Clip) -> Clip:
        return _with(clip, clip.pcm * 10.0 ** (decibels / 20.0))

    return change


def noise(snr_db: float, *, seed: int = 1) -> Disturbance:
    """Pink noise so far below the speech; the level of speech is that of the loudest tenth of 20 ms frames."""

    def change(clip: Clip) -> Clip:
        frame = RATE_HZ // 50
        frames = clip.pcm[: clip.pcm.size - clip.pcm.size % frame].astype(np.float64).reshape(-1, frame)
        level = np.sqrt(np.percentile(np.mean(frames**2, axis=1), _LOUD))
        random = np.random.default_rng([seed, clip.pcm.size])
        sound = coloured_noise(random, clip.duration_s, 1.0)[: clip.pcm.size].astype(np.float64)
        sound = np.pad(sound, (0, clip.pcm.size - sound.size), mode="wrap")
        sound *= level * 10.0 ** (-snr_db / 20.0) / np.sqrt(np.mean(sound**2))
        return _with(clip, clip.pcm + sound)

    return change


def disturbed(clips: Sequence[Clip], how: Disturbance) -> list[Clip]:
    """All of them."""
    return [how(clip) for clip in clips]


def _with(clip: Clip, samples: np.typing.NDArray[np.float64]) -> Clip:
    return dataclasses.replace(clip, pcm=np.clip(np.round(samples), -32768, 32767).astype(np.int16))
