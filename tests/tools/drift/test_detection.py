"""A simulated service of real utterances: an undisturbed week is calm, and a microphone turned down is noticed."""

from __future__ import annotations

import numpy as np
import pytest
from loadtests.drift.evaluation import World
from loadtests.drift.service import windows_of
from loadtests.drift.trial import watch_disturbed, watch_undisturbed
from loadtests.drift.utterances import load

from livetranslate_tools.drift.judging import Judge
from livetranslate_tools.drift.reference import Reference

WINDOW_S, DAYS = 900.0, 3
SESSIONS = 12.0
PATIENCE = 48
"""Half a day: what begins at night, when nearly nobody speaks, is seen in the morning."""


@pytest.fixture(scope="module")
def world() -> World:
    return World.of(load())


@pytest.fixture(scope="module")
def usual(world: World) -> Reference:
    random = np.random.default_rng(11)
    windows = windows_of(world.usual, count=DAYS * 96, window_s=WINDOW_S, sessions=SESSIONS, random=random)
    return Reference.of(windows, window_s=WINDOW_S)


def test_nothing_is_found_where_nothing_happens(world: World, usual: Reference) -> None:
    random = np.random.default_rng(12)
    windows = windows_of(world.usual, count=DAYS * 96, window_s=WINDOW_S, sessions=SESSIONS, random=random)
    found = watch_undisturbed(usual, windows, in_a_row=3)
    assert found.judged["speech_level"] > 250
    assert sum(found.alarms.values()) <= 1
    assert found.naive["chi-square, p < 0.01"]["speech_level"] > 200


@pytest.mark.parametrize(
    ("disturbance", "signal"),
    [
        ("gain -20 dB", "speech_level"),
        ("noise 5 dB", "speech_snr"),
        ("Spanish, recognised as such", "language"),
        ("Spanish, told it is English", "word_confidence"),
    ],
)
def test_what_happens_is_found_by_the_signal_it_moves(
    world: World, usual: Reference, disturbance: str, signal: str
) -> None:
    found = watch_disturbed(
        Judge(usual), world.usual, world.disturbed[disturbance],
        share=1.0, sessions=SESSIONS, runs=3, window_s=WINDOW_S, in_a_row=3, patience=PATIENCE, seed=(13,),
    )  # fmt: skip
    assert len(found.delays[signal]) == 3
    assert min(found.delays[signal]) == 3
