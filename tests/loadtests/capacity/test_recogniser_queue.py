"""The queue that sessions share: limits that hold whatever the numbers, and one case worked out by hand."""

import random
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.recogniser_queue import Speaker, most_sessions, predict, step_s

BATCH = BatchTime(fixed_s=0.08, each_s=0.04)
SPEAKER = Speaker(rate_per_s=1.1, recognition_s=0.12, delay_avg_s=1.25, delay_p95_s=2.3)


def test_one_session_waits_for_nobody() -> None:
    alone = predict(1, BATCH, SPEAKER)
    assert alone.recognition_s == pytest.approx(0.12)
    assert alone.batch == 1
    assert alone.windows_per_s == pytest.approx(1.1)
    assert alone.delay_avg_s == pytest.approx(1.25)


def simulated(rate_per_s: float, batch_time: BatchTime, *, windows: int = 60_000) -> float:
    """Mean recognition time of windows that come at random and are taken together when the recogniser is free."""
    chance = random.Random(7)
    arrivals = list(accumulate(chance.expovariate(rate_per_s) for _ in range(windows)))
    free_s, first, total_s = 0.0, 0, 0.0
    while first < windows:
        begin_s = max(free_s, arrivals[first])
        last = first
        while last < windows and last - first < batch_time.largest and arrivals[last] <= begin_s:
            last += 1
        free_s = begin_s + batch_time(last - first) * chance.choice((0.5, 1.5))
        total_s += sum(free_s - at_s for at_s in arrivals[first:last])
        first = last
    return total_s / windows


@pytest.mark.parametrize(("rate_per_s", "fixed_s", "each_s"), [(4.0, 0.08, 0.04), (9.0, 0.08, 0.04), (10.0, 0.0, 0.07)])
def test_the_chain_is_the_queue_that_a_simulation_shows(rate_per_s: float, fixed_s: float, each_s: float) -> None:
    batch_time = BatchTime(fixed_s, each_s)
    # Sessions without number: each of them asks so rarely that it does not matter who waits.
    speaker = Speaker(rate_per_s / 90, 0.01)
    found = predict(90, batch_time, speaker)
    assert found.windows_per_s == pytest.approx(rate_per_s)
    assert found.recognition_s == pytest.approx(simulated(rate_per_s, batch_time), rel=0.05)
    assert found.waiting == pytest.approx(rate_per_s * found.recognition_s)


@settings(max_examples=40)
@given(sessions=st.integers(1, 60), fixed_ms=st.floats(1, 500), each_ms=st.floats(1, 200), rate=st.floats(0.2, 3.0))
def test_what_is_predicted_solves_the_equations_and_grows_with_sessions(
    sessions: int, fixed_ms: float, each_ms: float, rate: float
) -> None:
    batch_time = BatchTime(fixed_ms / 1000, each_ms / 1000)
    speaker = Speaker(rate, batch_time(1))
    told, more = predict(sessions, batch_time, speaker), predict(sessions + 1, batch_time, speaker)
    assert told.windows_per_s == pytest.approx(sessions * speaker.activity / step_s(told.recognition_s))
    assert told.windows_per_s <= batch_time.most_per_s * (1 + 1e-6)
    assert more.recognition_s >= told.recognition_s * (1 - 1e-6)
    assert 1 - 1e-9 <= told.batch <= min(16, sessions) + 1e-9


def test_the_most_sessions_are_those_that_still_fit() -> None:
    most = most_sessions(BATCH, SPEAKER, recognition_s=0.6)
    assert predict(most, BATCH, SPEAKER).recognition_s <= 0.6 < predict(most + 1, BATCH, SPEAKER).recognition_s
    assert most_sessions(BATCH, SPEAKER, recognition_s=0.1) == 0


def test_batch_times_are_found_again_and_rare_sizes_weigh_little() -> None:
    seen = [{"size": size, "count": 100, "compute_ms": 80 + 40 * size} for size in (1, 2, 4, 8)]
    odd = {"size": 16, "count": 1, "compute_ms": 5000.0}
    fitted = BatchTime.fit(seen)
    assert (fitted.fixed_s, fitted.each_s) == (pytest.approx(0.08), pytest.approx(0.04))
    assert BatchTime.fit([*seen, odd]).each_s < 0.12


def test_a_fixed_cost_below_0_is_none() -> None:
    seen = [{"size": size, "count": 10, "compute_ms": 50.0 * size - 5} for size in (1, 2, 4)]
    assert BatchTime.fit(seen).fixed_s == 0.0


def test_a_single_size_says_nothing_about_batches() -> None:
    with pytest.raises(ValueError, match="at least two sizes"):
        BatchTime.fit([{"size": 1, "count": 10, "compute_ms": 50.0}])


@pytest.mark.parametrize(("fixed_s", "each_s", "largest"), [(-0.1, 0.2, 16), (0.0, 0.0, 16), (0.1, 0.1, 0)])
def test_impossible_batch_times_are_refused(fixed_s: float, each_s: float, largest: int) -> None:
    with pytest.raises(ValueError, match="A batch takes"):
        BatchTime(fixed_s, each_s, largest)
