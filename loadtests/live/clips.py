"""Recordings as a microphone would deliver them, with what is said in them where that is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livetranslate.audio import read_samples
from loadtests.scoring import ReferenceWord
from loadtests.scoring.reference import stored_times
from loadtests.spoken_words import spoken_words
from loadtests.transcription_quality import find_recordings

RATE_HZ = 16_000
GAP_S = 0.5
"""Silence between recordings that are joined to one clip, seconds."""
JFK_WORDS = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
LIBRIVOX = Path(__file__).resolve().parents[2] / "tests" / "data" / "librivox"
_SLIPS = {"a more a amiable": "a more amiable"}  # of the recordings' own transcription


@dataclass(frozen=True)
class Clip:
    """One recording, or several in a row.

    Attributes:
        name: for reports.
        pcm: s16le mono at 16 kHz, [samples].
        words: what is said, normalised; None when unknown.
        times: the same words with their times; empty when unknown.
        parts: the recordings it was joined from; empty for one recording.
    """

    name: str
    pcm: npt.NDArray[np.int16]
    words: str | None
    times: tuple[ReferenceWord, ...] = ()
    parts: tuple[Clip, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length, seconds."""
        return len(self.pcm) / RATE_HZ


def find(name: str, *, repeat: int = 1) -> Clip:
    """``jfk``, ``librivox``, an audio file, or a folder of recordings with transcripts; ``repeat`` times in a row.

    Several names with commas between them are one clip.

    Raises:
        FileNotFoundError: no such file, or a folder without transcripts or without their audio.
    """
    path = Path(name)
    if "," in name:
        found = [find(one.strip()) for one in name.split(",")]
        clip = join(" + ".join(one.name for one in found), [part for one in found for part in one.parts or (one,)])
    elif name == "jfk":
        clip = jfk()
    elif name == "librivox":
        clip = librivox(LIBRIVOX)
    elif path.is_dir():
        clip = folder(path)
    else:
        clip = from_file(path)
    return clip if repeat == 1 else join(f"{clip.name} x {repeat}", (clip.parts or (clip,)) * repeat)


def normalise(text: str) -> str:
    """Lower case, without punctuation: what a word error rate compares."""
    return spoken_words(text)


def jfk() -> Clip:
    """The recording that the client ships."""
    with as_file(files("livetranslate").joinpath("samples/jfk.wav")) as path:
        return from_file(path, JFK_WORDS)


def librivox(path: Path) -> Clip:
    """All readings of a folder with a ``transcription`` file, in order, half a second apart, as one clip."""
    return dataclasses.replace(folder(path), name="librivox")


def folder(path: Path) -> Clip:
    """All recordings of a folder with transcripts (as loadtests.transcription_quality reads them), as one clip."""
    parts = []
    for _, audio, text in find_recordings(path):
        for slip, correct in _SLIPS.items():
            text = text.replace(slip, correct)
        parts.append(from_file(audio, spoken_words(text)))
    return join(path.name, parts)


def from_file(path: Path, words: str | None = None) -> Clip:
    """Any audio file."""
    samples = read_samples(path, rate_hz=RATE_HZ)
    pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
    return Clip(path.stem, pcm, words, stored_times(path.stem, words))


def join(name: str, parts: Sequence[Clip]) -> Clip:
    """Recordings in a row, half a second apart."""
    pieces: list[npt.NDArray[np.int16]] = []
    times: list[ReferenceWord] = []
    samples = 0
    for part in parts:
        shift_s = samples / RATE_HZ
        times += [ReferenceWord(word.text, word.start_s + shift_s, word.end_s + shift_s) for word in part.times]
        pieces += [part.pcm, np.zeros(int(GAP_S * RATE_HZ), np.int16)]
        samples += len(pieces[-2]) + len(pieces[-1])
    known = all(part.words is not None for part in parts)
    words = " ".join(part.words or "" for part in parts) if known else None
    complete = known and all(part.times for part in parts)
    return Clip(name, np.concatenate(pieces), words, tuple(times) if complete else (), tuple(parts))


def rotated(clip: Clip, by: int) -> Clip:
    """The clip with its recordings in another order, so that streams are not in lock-step; one recording stays."""
    if len(clip.parts) < 2:
        return clip
    first = by % len(clip.parts)
    return join(clip.name, clip.parts[first:] + clip.parts[:first])
