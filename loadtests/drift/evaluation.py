"""Simulated services of two sizes: false alarms of undisturbed weeks, and delays of three disturbances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from livetranslate_tools.drift.judging import Judge
from livetranslate_tools.drift.reference import Reference
from livetranslate_tools.drift.signals import SIGNALS
from loadtests.drift.service import DAY_S, Voice, steady, windows_of
from loadtests.drift.trial import Choice, Undisturbed, watch_disturbed, watch_undisturbed
from loadtests.drift.utterances import Measured

SESSIONS = {"small": 2.0, "busy": 12.0}
"""Sessions open at once on average."""
SHARES = (1.0, 0.5, 0.25)
"""Of the sessions that a disturbance hits."""
OTHERS = 0.1
"""Of the usual sessions that speak French."""


@dataclass(frozen=True)
class Plan:
    """What is simulated.

    Attributes:
        window_s: length of a window.
        in_a_row: windows that make drift.
        days: of the reference, and of each undisturbed stretch.
        stretches: undisturbed ones, each after a reference of its own.
        runs: of each disturbance.
        patience: windows after which a disturbance counts as not found.
        seed: of all chance.
    """

    window_s: float = 900.0
    in_a_row: int = 3
    days: float = 7.0
    stretches: int = 2
    runs: int = 20
    patience: int = 24
    seed: int = 1

    @property
    def windows(self) -> int:
        """Of a reference, and of an undisturbed stretch."""
        return round(self.days * DAY_S / self.window_s)


@dataclass(frozen=True)
class World:
    """Who speaks, usually and when something happens."""

    usual: Choice
    disturbed: dict[str, Choice]

    @classmethod
    def of(cls, measured: Sequence[Measured]) -> World:
        """From what a server measured of real voices.

        Raises:
            ValueError: it lacks a condition or a language.
        """

        def voices(condition: str, told: str, language: str) -> list[Voice]:
            found = [
                Voice.of(one)
                for one in measured
                if (one.condition, one.told) == (condition, told) and one.spoken == language
            ]
            if not found:
                raise ValueError(f"Nothing was measured of {language} {condition!r} told {told!r}.")
            return found

        def evenly(some: Sequence[Voice]) -> Choice:
            return steady(some, [1 / len(some)] * len(some))

        def usual(condition: str) -> Choice:
            english, french = voices(condition, "auto", "en"), voices(condition, "auto", "fr")
            weights = [(1 - OTHERS) / len(english)] * len(english) + [OTHERS / len(french)] * len(french)
            return steady([*english, *french], weights)

        disturbed = {condition: usual(condition) for condition in ("gain -20 dB", "noise 5 dB")}
        disturbed["Spanish, recognised as such"] = evenly(voices("as recorded", "auto", "es"))
        disturbed["Spanish, told it is English"] = evenly(voices("as recorded", "en", "es"))
        return cls(usual("as recorded"), disturbed)


def evaluate(world: World, plan: Plan) -> Iterator[dict[str, Any]]:
    """One row a service and question, as they are answered."""
    for number, (size, sessions) in enumerate(SESSIONS.items()):
        total = Undisturbed()
        judge: Judge | None = None
        for stretch in range(plan.stretches):
            random = np.random.default_rng([plan.seed, number, stretch])
            windows = windows_of(
                world.usual, count=2 * plan.windows, window_s=plan.window_s, sessions=sessions, random=random
            )
            reference = Reference.of(windows[: plan.windows], window_s=plan.window_s)
            judge = judge or Judge(reference)
            total.add(watch_undisturbed(reference, windows[plan.windows :], in_a_row=plan.in_a_row))
        yield {"service": size, "sessions": sessions, "undisturbed": total.row()}
        for what, (name, disturbed) in enumerate(world.disturbed.items()):
            for share in SHARES:
                if judge is None:
                    raise ValueError("A plan needs at least one undisturbed stretch.")
                found = watch_disturbed(
                    judge,
                    world.usual,
                    disturbed,
                    share=share,
                    sessions=sessions,
                    runs=plan.runs,
                    window_s=plan.window_s,
                    in_a_row=plan.in_a_row,
                    patience=plan.patience,
                    seed=(plan.seed, number, what, round(100 * share)),
                )
                yield {"service": size, "sessions": sessions, "disturbance": name, "share": share, **found.row()}


def signal_names() -> list[str]:
    """Signals that are simulated."""
    return [signal.name for signal in SIGNALS if signal.name != "tokens_per_word"]
