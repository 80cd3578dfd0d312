"""The set: every class of sound, made from a seed, at levels from barely audible to loud."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loadtests.non_speech import music_sounds, recorded_rests, room_sounds, steady_sounds
from loadtests.non_speech.signals import RATE_HZ, Random, Samples, as_samples, joined, times

SOUNDS: dict[str, Callable[[Random, float], Samples]] = {
    "digital_silence": steady_sounds.digital_silence,
    "white_noise": steady_sounds.white_noise,
    "pink_noise": steady_sounds.pink_noise,
    "brown_noise": steady_sounds.brown_noise,
    "fan_hum": steady_sounds.fan_hum,
    "tones": steady_sounds.tones,
    "telephone": steady_sounds.telephone,
    "chords": music_sounds.chords,
    "arpeggios": music_sounds.arpeggios,
    "melody": music_sounds.melody,
    "drums": music_sounds.drums,
    "band": music_sounds.band,
    "breathing": room_sounds.breathing,
    "coughs": room_sounds.coughs,
    "claps_and_keys": room_sounds.claps_and_keys,
    "crackle": room_sounds.crackle,
    "reading_pauses": recorded_rests.reading_pauses,
    "hall": recorded_rests.hall,
}

RECORDED = frozenset({"reading_pauses", "hall"})
"""Real sound: 6 dB quieter to 20 dB louder than it was recorded, as a microphone with automatic gain makes it."""

PIECE_S = 10.0
_GAINS_DB = (-30.0, 14.0)
"""From the -20 dBFS that generated sounds have: -50 to -6 dBFS."""

_RECORDED_GAINS_DB = (-6.0, 20.0)
_LEVEL_STEP_S = 2.5


@dataclass(frozen=True)
class Sound:
    """One class's audio.

    Attributes:
        name: the class.
        seed: what it was made from, with the name.
        pcm: s16le mono at 16 kHz, [samples].
    """

    name: str
    seed: int
    pcm: np.ndarray[tuple[int], np.dtype[np.int16]]

    @property
    def duration_s(self) -> float:
        """Length, seconds."""
        return len(self.pcm) / RATE_HZ

    def manifest(self) -> dict[str, object]:
        """What tells this audio from any other."""
        return {
            "class": self.name,
            "seed": self.seed,
            "duration_s": round(self.duration_s, 3),
            "crc32": f"{zlib.crc32(self.pcm.tobytes()):08x}",
        }


def make(name: str, seconds: float, seed: int) -> Sound:
    """Makes one class: pieces of 10 s with new parameters each, their level changing every 2.5 s.

    Raises:
        ValueError: there is no such class.
    """
    if name not in SOUNDS:
        raise ValueError(f"There is no class of sounds {name!r}; there are: {', '.join(SOUNDS)}.")
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    pieces = []
    rest_s = seconds
    while rest_s > 0.05:
        pieces.append(SOUNDS[name](random, min(PIECE_S, rest_s) + 0.05))
        rest_s -= PIECE_S
    whole = joined(pieces)[: round(seconds * RATE_HZ)]
    gains_db = _RECORDED_GAINS_DB if name in RECORDED else _GAINS_DB
    levelled = whole * _gliding_gain(random, seconds, gains_db)[: whole.size]
    return Sound(name, seed, np.asarray(np.clip(levelled, -1, 1) * 32767, np.int16))


def _gliding_gain(random: Random, seconds: float, gains_db: tuple[float, float]) -> Samples:
    """A factor that glides from one random gain to the next."""
    corners = np.arange(0.0, seconds + _LEVEL_STEP_S, _LEVEL_STEP_S)
    chosen_db = random.uniform(*gains_db, corners.size)
    return as_samples(10 ** (np.interp(times(seconds), corners, chosen_db) / 20))
