"""Sessions that did nothing wrong: they run beside the faults, and their words are held against a calm run's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import jiwer

from loadtests.live.clips import Clip
from loadtests.live.disturbances import Outcome, Site, play
from loadtests.scoring.alignment import edits

FAILED = "failed:"


@dataclass
class Neighbours:
    """One or two speakers, one session after another.

    Attributes:
        site: the server, and the network before it.
        clip: what each session hears.
        sessions: how many at once.
        targets: languages.
        calm: sessions before anything was disturbed.
        disturbed: sessions since.
    """

    site: Site
    clip: Clip
    sessions: int
    targets: list[str]
    calm: list[Outcome] = field(default_factory=list)
    disturbed: list[Outcome] = field(default_factory=list)

    async def be_calm(self) -> None:
        """Runs all sessions at once, undisturbed: what the others are compared with."""
        self.calm += await asyncio.gather(*(self._one() for _ in range(self.sessions)))

    async def speak_once(self) -> list[Outcome]:
        """Runs all sessions at once; returns them, compared with the calm ones."""
        outcomes = list(await asyncio.gather(*(self._one() for _ in range(self.sessions))))
        for outcome in outcomes:
            self.compare(outcome)
        self.disturbed += outcomes
        return outcomes

    async def speak_until(self, over: asyncio.Event) -> None:
        """Runs sessions, each speaker one after the other; those that are open when it is over end in order."""

        async def speaker() -> None:
            while not over.is_set():
                outcome = await self._one()
                self.compare(outcome)
                self.disturbed.append(outcome)

        await asyncio.gather(*(speaker() for _ in range(self.sessions)))

    def figures(self) -> dict[str, Any]:
        """Both sides, ready for JSON."""
        return {
            "clip": self.clip.name,
            "sessions_at_once": self.sessions,
            "targets": self.targets,
            "calm": side(self.calm, self.clip),
            "disturbed": side(self.disturbed, self.clip),
        }

    async def _one(self) -> Outcome:
        outcome, _ = await play(self.site, self.clip, [], targets=self.targets, speed=1.0, policy="")
        return outcome

    def compare(self, outcome: Outcome) -> None:
        """Words that are missing, come twice or are others than in the calm session that is nearest."""
        nearest = min(self.calm, key=lambda one: edits(one.words.split(), outcome.words.split()))
        if outcome.words != nearest.words:
            compared = jiwer.process_words(nearest.words or "-", outcome.words or "-")
            outcome.lost, outcome.added = compared.deletions, compared.insertions
            outcome.changed = compared.substitutions


def side(outcomes: Iterable[Outcome], clip: Clip) -> dict[str, Any]:
    """Sums of some sessions."""
    rows = list(outcomes)
    spoken = (clip.words or "").split()
    wrong = sum(edits(spoken, row.words.split()) for row in rows)
    return {
        "sessions": len(rows),
        "lost_sessions": sum(any(fault.startswith(FAILED) for fault in row.faults) for row in rows),
        "faults": [fault for row in rows for fault in row.faults],
        "breaks": sum(len(row.breaks_s) for row in rows),
        "longest_break_s": max((seconds for row in rows for seconds in row.breaks_s), default=0.0),
        "wer": wrong / max(1, len(spoken) * len(rows)) if spoken and rows else None,
        "words_lost": sum(row.lost for row in rows),
        "words_added": sum(row.added for row in rows),
        "words_changed": sum(row.changed for row in rows),
        "outcomes": [asdict(row) for row in rows],
    }
