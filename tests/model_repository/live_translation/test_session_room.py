"""Room is what recognitions leave: it grows while they are quick, and closes when they are slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_room import SETTLING_S, WINDOW_S, SessionRoom

OLD = SETTLING_S + 1


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(clock):
    return SessionRoom(0.6, at_first=8, clock=clock)


def load(room, seconds: float, *, times: int = 10) -> None:
    for _ in range(times):
        room.recognised(seconds)


def test_before_anything_is_known_so_many_are_let_in_and_no_more(room):
    assert room.limit([]) == 8
    assert room.limit([0.1] * 8) == 8


def test_quick_recognitions_double_what_has_settled(room):
    load(room, 0.1)
    assert room.limit([OLD] * 8) == 16
    assert room.limit([OLD] * 8 + [1.0] * 8) == 16, "the new ones must settle first"
    assert room.limit([OLD] * 16) == 32


def test_near_the_limit_it_grows_by_what_is_left(room):
    load(room, 0.5)
    assert room.limit([OLD] * 10) == 12


def test_slow_recognitions_let_nobody_in(room):
    load(room, 0.9)
    assert room.limit([OLD] * 12) == 8
    assert room.limit([OLD] * 3) == 8, "as many as at first are always let in"


def test_what_was_slow_is_forgotten(room, clock):
    load(room, 5.0)
    assert room.recognition_s == pytest.approx(5.0)
    clock.now += WINDOW_S + 0.1
    assert room.recognition_s == 0.0
    assert room.limit([OLD] * 20) == 40


def test_a_single_hiccup_closes_nothing(room):
    load(room, 30.0, times=2)
    assert room.limit([OLD] * 10) == 20


def test_without_a_target_there_is_always_room(clock):
    room = SessionRoom(0.0, at_first=1, clock=clock)
    load(room, 100.0)
    assert room.limit([OLD] * 1000) is None


@given(
    durations=st.lists(st.floats(0.001, 100.0), max_size=50),
    ages=st.lists(st.floats(0, 100.0), max_size=200),
    at_first=st.integers(1, 50),
)
def test_the_limit_is_never_below_the_first_nor_above_the_double(durations, ages, at_first):
    room = SessionRoom(0.6, at_first=at_first, clock=lambda: 0.0)
    for duration_s in durations:
        room.recognised(duration_s)
    assert at_first <= room.limit(ages) <= max(at_first, 2 * len(ages))
