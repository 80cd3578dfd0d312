"""Drift begins after so many shifted windows in a row and ends after as many usual ones."""

from __future__ import annotations

import pytest

from livetranslate_tools.drift.judging import Judgement, Verdict
from livetranslate_tools.drift.sustained import DriftState

MARKS = {"s": Verdict.SHIFTED, "u": Verdict.USUAL, "?": Verdict.UNJUDGED}


def course(text: str, *, in_a_row: int = 3) -> str:
    """Windows as letters; for each whether the signal drifts after it."""
    state, said = DriftState(in_a_row), ""
    for letter in text:
        state.add([Judgement("speech_level", MARKS[letter])])
        said += "D" if state.drifted else "."
    return said


@pytest.mark.parametrize(
    ("windows", "drifts"),
    [
        ("uuuu", "...."),
        ("ssus", "...."),
        ("sssu", "..DD"),
        ("sss" "uus" "uuu" "u", "..D" "DDD" "DD." "."),
        ("s?s?s", "....D"),
        ("sss???", "..DDDD"),
    ],
)  # fmt: skip
def test_drift_takes_and_ends_with_windows_in_a_row(windows: str, drifts: str) -> None:
    assert course(windows) == drifts


def test_the_beginning_is_told_once() -> None:
    state = DriftState(2)
    assert [state.add([Judgement("language", Verdict.SHIFTED)]) for _ in range(4)] == [[], ["language"], [], []]


def test_signals_are_apart() -> None:
    state = DriftState(1)
    assert not state.was_judged
    state.add([Judgement("speech_level", Verdict.SHIFTED), Judgement("language", Verdict.UNJUDGED)])
    assert state.drifted == ["speech_level"]
    assert [one.signal for one in state.latest] == ["speech_level", "language"]
    assert state.was_judged
