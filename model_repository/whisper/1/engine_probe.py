"""The correctness probe: a device must transcribe known clips rightly, also the second time and after another clip.

An open fault of NPU drivers decodes the previous call's audio again (openvino issue 37937); a device that loads and
answers is therefore not yet one to trust. The probe's decodings also warm the engine up.
"""

from __future__ import annotations

import re
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from guards import token_limit
from whisper_engine import Decoding

from livetranslate.protocol import TranscribeOptions
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

CLIP_FOLDER = Path(__file__).resolve().parent / "probe_clips"
_MIN_WORDS_RIGHT = 0.7
"""Small or heavily quantised weights may mishear a word; another clip's text shares hardly any."""


@dataclass(frozen=True)
class ProbeClip:
    """A clip and what is said in it."""

    samples: Samples
    text: str


class Decodes(Protocol):
    """The part of an engine that is probed."""

    def decode(self, samples: Samples, options: TranscribeOptions, *, max_new_tokens: int) -> Decoding:
        """Decodes one window."""


def load_clips(folder: Path = CLIP_FOLDER) -> tuple[ProbeClip, ProbeClip]:
    """The two clips of public-domain speech that ship with this version (John F. Kennedy, 1961)."""
    first, second = (
        ProbeClip(_read_wav(path), path.with_suffix(".txt").read_text(encoding="utf-8").strip())
        for path in sorted(folder.glob("*.wav"))
    )
    return first, second


def probe(engine: Decodes, clips: tuple[ProbeClip, ProbeClip]) -> str | None:
    """Decodes first, second, first; gives the reason for mistrust, or None when all three are right."""
    first, second = clips
    options = TranscribeOptions(language="en")
    for turn, clip in enumerate((first, second, first), start=1):
        limit = token_limit(clip.samples.size / SAMPLE_RATE_HZ)
        heard = engine.decode(clip.samples, options, max_new_tokens=limit).text
        if words_right(heard, clip.text) < _MIN_WORDS_RIGHT:
            return f"the probe's decoding {turn} of 3 heard {heard[:120]!r} where {clip.text!r} is said"
    return None


def words_right(heard: str, said: str) -> float:
    """The share of the spoken words that were heard, in any order."""
    heard_words, said_words = set(_words(heard)), _words(said)
    return sum(word in heard_words for word in said_words) / len(said_words)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _read_wav(path: Path) -> Samples:
    with wave.open(str(path)) as clip:
        pcm = np.frombuffer(clip.readframes(clip.getnframes()), "<i2")
    return pcm.astype(np.float32) / np.float32(32768)
