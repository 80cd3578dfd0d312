"""Recordings of sessions, made by hand."""

from datetime import datetime, timezone
from typing import Any

import numpy as np
from loadtests.live.clips import RATE_HZ, Clip
from loadtests.live.driver import Recording

from livetranslate.protocol import Done, Event, TranscriptFinal, TranscriptPartial, Word

STARTED_AT = 1000.0
AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def clip(seconds: float = 2.0) -> Clip:
    return Clip("silence", np.zeros(int(seconds * RATE_HZ), np.int16), "and so")


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, 0.0, 0.1) for word in text.split())


def partial(committed: str, unstable: str, *, utterance: int = 0, heard_s: float | None = None) -> dict[str, Any]:
    return {
        "kind": TranscriptPartial,
        "committed_words": words(committed),
        "unstable_text": unstable,
        "utterance_id": utterance,
        "audio_end_s": heard_s,
    }


def final(text: str, *, utterance: int = 0, heard_s: float | None = None) -> dict[str, Any]:
    return {
        "kind": TranscriptFinal,
        "text": text,
        "words": words(text),
        "utterance_id": utterance,
        "audio_end_s": heard_s,
    }


def done(audio_s: float) -> dict[str, Any]:
    return {"kind": Done, "audio_s": audio_s, "speech_s": 0.0, "utterances": 1, "words": 2}


def recorded(*events: dict[str, Any], sent_s: float = 2.0) -> Recording:
    """Events in order, numbered, the n-th arriving n seconds after the start."""
    made: list[tuple[float, Event]] = []
    for number, fields in enumerate(events):
        kind = fields["kind"]
        rest = {name: value for name, value in fields.items() if name != "kind"}
        made.append((STARTED_AT + number, kind(seq=number, emitted_at=AT, **rest)))
    return Recording(clip(), STARTED_AT, made, sent_s=sent_s)
