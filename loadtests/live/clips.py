"""Recordings as a microphone would deliver them, with their reference words where there are any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livetranslate.audio import read_samples

RATE_HZ = 16_000
JFK_WORDS = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"


@dataclass(frozen=True)
class Clip:
    """One recording.

    Attributes:
        name: for reports.
        pcm: s16le mono at 16 kHz, [samples].
        words: what is said, normalised; None when unknown.
    """

    name: str
    pcm: npt.NDArray[np.int16]
    words: str | None

    @property
    def duration_s(self) -> float:
        """Length, seconds."""
        return len(self.pcm) / RATE_HZ


def normalise(text: str) -> str:
    """Lower case, without punctuation: what a word error rate compares."""
    return " ".join(re.sub(r"[^\w' ]", " ", text.lower().replace("-", " ")).split())


def jfk() -> Clip:
    """The recording that the client ships."""
    with as_file(files("livetranslate").joinpath("samples/jfk.wav")) as path:
        return from_file(path, JFK_WORDS)


def librivox(folder: Path) -> Clip:
    """All readings of a folder with a ``transcription`` file, in order, half a second apart, as one clip."""
    lines = (folder / "transcription").read_text(encoding="utf-8").splitlines()
    parts: list[npt.NDArray[np.int16]] = []
    words = []
    for line in lines:
        text, name = re.fullmatch(r"<s> (.*) </s> \((.*)\)", line.strip()).groups()  # type: ignore[union-attr]
        parts += [from_file(folder / f"{name}.wav").pcm, np.zeros(RATE_HZ // 2, np.int16)]
        words.append(text.replace("a more a amiable", "a more amiable"))  # a slip of the transcription
    return Clip("librivox", np.concatenate(parts), normalise(" ".join(words)))


def from_file(path: Path, words: str | None = None) -> Clip:
    """Any audio file."""
    samples = read_samples(path, rate_hz=RATE_HZ)
    return Clip(path.stem, (np.clip(samples, -1, 1) * 32767).astype(np.int16), words)
