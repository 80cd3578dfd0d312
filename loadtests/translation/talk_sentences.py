"""Any number of different sentences of spoken style, the same ones for the same seed.

An engine's prefix cache would answer a sentence that it has seen in no time, so every round of a comparison needs fresh
ones. They are put together from parts, for English as the source language: speed depends on lengths, not on sense.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

_OPENINGS = (
    "Well,", "As I said,", "By the way,", "Honestly,", "To be clear,", "This morning,", "Last week,", "In my view,",
    "Before we go on,", "On the other hand,", "If I remember correctly,", "For those who have just joined,",
)  # fmt: skip
_NAMES = (
    "Laura", "Samuel", "my colleague", "the mayor", "the engineer from Lisbon", "Doctor Ortiz", "the second speaker",
    "Anna's team", "the director", "a neighbour of ours", "the bus driver", "the head of the school",
)  # fmt: skip
_DEEDS = (
    "asked for", "has already paid for", "wants to repair", "showed us", "never mentioned", "is looking for",
    "wrote a report about", "found", "sold", "is responsible for", "took pictures of", "keeps talking about",
)  # fmt: skip
_THINGS = (
    "new windows", "old bridges", "red chairs", "winter coats", "small boats", "paper maps", "wooden tables",
    "electric buses", "letters from the city", "bottles of water", "solar panels", "books about the war",
)  # fmt: skip
_ENDINGS = (
    "in the market square", "before the end of the year", "and nobody knows why", "at the station in Turin",
    "because the winter was so cold", "for less than we had expected", "while the others were waiting outside",
    "and I think that this is the right decision", "on the third floor of the hospital", "without telling the police",
    "although it had been raining all day", "so that everybody can see it",
)  # fmt: skip


def fresh_sentences(seed: int) -> Iterator[str]:
    """Sentences without end, no two alike."""
    chance = random.Random(seed)
    seen: set[str] = set()
    while True:
        parts = [chance.choice(some) for some in (_OPENINGS, _NAMES, _DEEDS, _THINGS, _ENDINGS)]
        parts.insert(3, str(chance.randint(2, 999)))
        sentence = " ".join(parts) + "."
        if sentence not in seen:
            seen.add(sentence)
            yield sentence
