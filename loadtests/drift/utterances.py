"""What the server made of real recordings, utterance by utterance, in numbers; and recordings to make it of."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec

MEASURED = "data/utterances.json"


class Utterance(msgspec.Struct, frozen=True):
    """One final transcript and its audio, as the metrics count them.

    Attributes:
        level_dbfs: as ``audio_condition.measure`` finds it; None of too little audio.
        snr_db: the same.
        language: that the server heard.
        speech_s: length.
        confidences: of its words.
    """

    level_dbfs: float | None
    snr_db: float | None
    language: str
    speech_s: float
    confidences: tuple[float, ...]


class Measured(msgspec.Struct, frozen=True):
    """One speaker under one condition.

    Attributes:
        speaker: who.
        spoken: the language that is spoken.
        condition: what was done to the audio: ``as recorded``, ``gain -20 dB``, ``noise 5 dB``.
        told: the language that the sessions were told, or ``auto``.
        audio_s: audio sent, seconds.
        utterances: in order.
    """

    speaker: str
    spoken: str
    condition: str
    told: str
    audio_s: float
    utterances: tuple[Utterance, ...]


def load(file: Path | None = None) -> list[Measured]:
    """What was measured; the repository's own when no file is named."""
    data = file.read_bytes() if file else files("loadtests.drift").joinpath(MEASURED).read_bytes()
    return msgspec.json.decode(data, type=list[Measured])


def save(measured: list[Measured], file: Path) -> None:
    """Writes them, one a line."""
    lines = [msgspec.json.encode(one).decode() for one in measured]
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
