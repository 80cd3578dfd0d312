"""Recordings of translated sessions, made by hand."""

from datetime import datetime, timezone
from typing import Any

import numpy as np
from loadtests.live.clips import RATE_HZ, Clip
from loadtests.live.driver import Recording

from livetranslate.protocol import Event, TranscriptFinal, TranscriptPartial, TranslationFinal, TranslationPartial, Word

STARTED_AT = 1000.0
AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def heard(text: str, *, at: float, end_s: float, utterance: int = 0) -> tuple[float, type[Event], dict[str, Any]]:
    """Words that are committed, the last of them ending at ``end_s``; as much audio had been heard as ``at`` says."""
    words = tuple(Word(word, end_s - 0.1, end_s) for word in text.split())
    return at, TranscriptPartial, {"committed_words": words, "utterance_id": utterance, "audio_end_s": at}


def said(text: str, *, at: float, end_s: float, utterance: int = 0) -> tuple[float, type[Event], dict[str, Any]]:
    return at, TranscriptFinal, {"text": text, "utterance_id": utterance, "audio_start_s": 0.0, "audio_end_s": end_s}


def growing(
    text: str, *, at: float, committed: str = "", end_s: float = 2.0, utterance: int = 0, language: str = "es"
) -> tuple[float, type[Event], dict[str, Any]]:
    place = {"utterance_id": utterance, "audio_start_s": 0.0, "audio_end_s": end_s}
    return at, TranslationPartial, {"text": text, "committed_text": committed, "language": language, **place}


def translated(
    text: str, *, at: float, end_s: float = 2.0, utterance: int = 0, language: str = "es", **more: Any
) -> tuple[float, type[Event], dict[str, Any]]:
    place = {"utterance_id": utterance, "audio_start_s": 0.0, "audio_end_s": end_s}
    return at, TranslationFinal, {"text": text, "language": language, **place, **more}


def recorded(*events: tuple[float, type[Event], dict[str, Any]]) -> Recording:
    """Events by their time of arrival, seconds after the start."""
    made = [
        (STARTED_AT + at, kind(seq=number, emitted_at=AT, **fields)) for number, (at, kind, fields) in enumerate(events)
    ]
    clip = Clip("silence", np.zeros(2 * RATE_HZ, np.int16), "good morning")
    return Recording(clip, STARTED_AT, made)
