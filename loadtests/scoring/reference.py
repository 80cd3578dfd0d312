"""When each reference word was said: a recogniser's words with times, laid onto the reference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from livetranslate.protocol import Word
from loadtests.scoring.alignment import word_pairs
from loadtests.scoring.timeline import ReferenceWord
from loadtests.spoken_words import spoken_words

STORED = Path(__file__).resolve().parents[1] / "data" / "word_times.json"
"""Times of the recordings that come with the project; loadtests.word_times writes it."""


def aligned_times(words: Sequence[str], heard: Sequence[Word], *, duration_s: float) -> tuple[ReferenceWord, ...]:
    """Times of the reference words.

    Args:
        words: reference, one spoken word each.
        heard: the recogniser's words with times.
        duration_s: length of the recording.
    """
    tokens = [(token, word) for word in heard for token in spoken_words(word.text).split()]
    pairs = word_pairs(words, [token for token, _ in tokens])
    known = {position: tokens[index][1] for position, index in pairs}
    times = []
    for position, text in enumerate(words):
        word = known.get(position)
        start_s, end_s = (word.start_s, word.end_s) if word else _between(position, known, len(words), duration_s)
        times.append(ReferenceWord(text, round(start_s, 3), round(end_s, 3)))
    return tuple(times)


def stored_times(recording: str, words: str | None) -> tuple[ReferenceWord, ...]:
    """The kept times of a recording; empty when there are none for these words."""
    if words is None or not STORED.is_file():
        return ()
    rows = json.loads(STORED.read_text(encoding="utf-8")).get(recording, [])
    times = tuple(ReferenceWord(text, start_s, end_s) for text, start_s, end_s in rows)
    return times if [word.text for word in times] == words.split() else ()


def _between(position: int, known: dict[int, Word], count: int, duration_s: float) -> tuple[float, float]:
    """An even share of the time between the nearest words that were heard."""
    before = max((index for index in known if index < position), default=-1)
    after = min((index for index in known if index > position), default=count)
    begin_s = known[before].end_s if before >= 0 else 0.0
    end_s = max(begin_s, known[after].start_s if after < count else duration_s)
    share_s = (end_s - begin_s) / (after - before - 1)
    return begin_s + (position - before - 1) * share_s, begin_s + (position - before) * share_s
