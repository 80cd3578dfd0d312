"""Partials get rarer while decodings are slow, and come back."""

import itertools

import pytest
from partial_pace import FIRST_STEP_S, PartialPace


@pytest.fixture
def decode(monkeypatch):
    """Times decodings of a given length."""

    def timed(pace: PartialPace, duration_s: float, times: int = 12) -> None:
        for _ in range(times):
            moments = itertools.count(0.0, duration_s)
            monkeypatch.setattr("partial_pace.monotonic", lambda moments=moments: next(moments))
            with pace.timed():
                pass

    return timed


def test_a_free_machine_keeps_the_step_that_was_asked_for(decode):
    pace = PartialPace(0.8, 5.0)
    assert pace.step_s == 0.8
    decode(pace, 0.3)
    assert pace.step_s == 0.8
    assert not pace.is_stretched


def test_decodings_take_at_most_half_of_the_time(decode):
    pace = PartialPace(0.8, 5.0)
    decode(pace, 1.0)
    assert pace.step_s == pytest.approx(2.0, abs=0.01)
    assert pace.is_stretched


def test_partials_never_stop_altogether_and_recover(decode):
    pace = PartialPace(0.8, 5.0)
    decode(pace, 60.0)
    assert pace.step_s == 5.0
    decode(pace, 0.1)
    assert pace.step_s == 0.8
    assert not pace.is_stretched


def test_one_slow_decoding_is_only_half_believed(decode):
    pace = PartialPace(0.8, 5.0)
    decode(pace, 1.0, times=1)
    assert pace.step_s == pytest.approx(1.0)
    assert not pace.is_stretched


def test_a_longest_step_below_the_shortest_is_the_shortest(decode):
    pace = PartialPace(2.0, 0.5)
    decode(pace, 10.0)
    assert pace.step_s == 2.0


def test_the_first_partial_comes_early_unless_the_machine_is_busy(decode):
    pace = PartialPace(0.8, 5.0)
    assert pace.is_due(FIRST_STEP_S, is_first=True)
    assert not pace.is_due(FIRST_STEP_S, is_first=False)
    assert pace.is_due(0.8, is_first=False)
    decode(pace, 1.0)
    assert not pace.is_due(FIRST_STEP_S, is_first=True)
    assert pace.is_due(2.1, is_first=True)


def test_a_step_shorter_than_the_first_one_is_kept():
    assert PartialPace(0.3, 5.0).is_due(0.3, is_first=True)


def test_partials_that_a_busy_server_leaves_out_are_counted(decode):
    dropped = []
    pace = PartialPace(0.8, 5.0, on_dropped=dropped.append)
    assert pace.is_due(0.9, is_first=False)
    assert dropped == []
    decode(pace, 1.2)
    assert not pace.is_due(1.7, is_first=False)
    assert pace.is_due(2.5, is_first=False)
    assert dropped == [2]
