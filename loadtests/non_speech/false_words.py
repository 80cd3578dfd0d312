"""Streams non-speech through live sessions and counts the words that come back: each of them was invented."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from livetranslate.protocol import Error, Event, TranscriptFinal, TranscriptPartial
from loadtests.live.clips import Clip
from loadtests.live.driver import play
from loadtests.non_speech.sound_set import Sound

PER_S = 600.0
"""Rates are given in words per 10 minutes."""

# Chinese and Japanese write no spaces: there each character counts, which is hard on us.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_](?:[^\W_\u3040-\u30ff\u3400-\u9fff]|['’])*")


@dataclass(frozen=True)
class ClassResult:
    """What one class of sounds gave.

    Attributes:
        sound: name of the class.
        seconds: length of its audio.
        final_words: words of final transcripts.
        shown_words: words that were ever on display: of each utterance the most that stood there at once, in partials
            or in its final.
        texts: the final texts, and partial texts of which nothing became final.
        failure: what ended the session early, or was lost on the way, if anything: then the count means nothing.
    """

    sound: str
    seconds: float
    final_words: int
    shown_words: int
    texts: tuple[str, ...]
    failure: str | None = None


def count_words(text: str) -> int:
    """Words of a text; an apostrophe stays inside its word, signs alone are none."""
    return len(_WORD.findall(text))


def result_of(sound: str, seconds: float, events: Sequence[Event], failure: str | None = None) -> ClassResult:
    """Counts one session's words."""
    committed: dict[int | None, list[str]] = {}
    most_shown: dict[int | None, str] = {}
    finals: dict[int | None, str] = {}
    for event in events:
        if isinstance(event, Error):
            failure = failure or event.message
        key = event.utterance_id
        if isinstance(event, TranscriptPartial):
            committed.setdefault(key, []).extend(word.text for word in event.committed_words)
            shown = " ".join([*committed[key], event.unstable_text])
        elif isinstance(event, TranscriptFinal):
            shown = finals[key] = event.text
        else:
            continue
        if count_words(shown) > count_words(most_shown.get(key, "")):
            most_shown[key] = shown
    kept = [text for text in finals.values() if text]
    passing = [f"({text.strip()})" for key, text in most_shown.items() if not finals.get(key)]
    return ClassResult(
        sound=sound,
        seconds=round(seconds, 2),
        final_words=sum(map(count_words, kept)),
        shown_words=sum(map(count_words, most_shown.values())),
        texts=(*kept, *passing),
        failure=failure,
    )


async def measure(
    url: str, sounds: Sequence[Sound], *, source: str, pace: str, at_once: int, options: dict[str, Any]
) -> list[ClassResult]:
    """A session for each class, some at once.

    Args:
        url: gRPC address.
        sounds: what is streamed.
        source: the language the sessions are told, or ``auto``.
        pace: ``realtime``, at which partials are shown too, or ``fast``: as fast as the server takes it.
        at_once: sessions at the same time.
        options: further session options.
    """
    room = asyncio.Semaphore(at_once)

    async def one(sound: Sound) -> ClassResult:
        async with room:
            clip = Clip(sound.name, sound.pcm, None)
            recording = await play(url, clip, source=source, targets=[], pace=pace, options=options)
        events = [event for _, event in recording.events]
        return result_of(sound.name, sound.duration_s, events, recording.failure)

    return list(await asyncio.gather(*map(one, sounds)))


def pooled(results: Sequence[ClassResult]) -> dict[str, float]:
    """All classes together: seconds, words, words per 10 minutes."""
    seconds = sum(result.seconds for result in results)
    final, shown = (sum(getattr(r, name) for r in results) for name in ("final_words", "shown_words"))
    return {
        "seconds": round(seconds, 2),
        "final_words": final,
        "shown_words": shown,
        "final_words_per_10_min": per_10_minutes(final, seconds),
        "shown_words_per_10_min": per_10_minutes(shown, seconds),
    }


def per_10_minutes(words: int, seconds: float) -> float:
    """A rate."""
    return round(words * PER_S / seconds, 3) if seconds else 0.0


def row_of(result: ClassResult) -> dict[str, Any]:
    """For the report."""
    return asdict(result) | {
        "final_words_per_10_min": per_10_minutes(result.final_words, result.seconds),
        "shown_words_per_10_min": per_10_minutes(result.shown_words, result.seconds),
    }
