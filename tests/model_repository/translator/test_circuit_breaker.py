"""A breaker opens after failures in a row, lets one probe through at a time, and believes nobody who was cancelled."""

import threading

import pytest
from circuit_breaker import BreakerState, CircuitBreaker

RECOVERY_S = 30.0


class Clock:
    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def states():
    return []


@pytest.fixture
def breaker(clock, states):
    return CircuitBreaker(failures=3, recovery_s=RECOVERY_S, clock=clock, on_change=states.append)


def fail(breaker, times=1):
    for _ in range(times):
        breaker.admit().failed()


def test_it_opens_after_failures_in_a_row_and_admits_nobody(breaker, states):
    fail(breaker, 2)
    assert breaker.state is BreakerState.CLOSED
    fail(breaker)
    assert breaker.state is BreakerState.OPEN
    assert breaker.admit() is None
    assert states == [BreakerState.OPEN]


def test_a_success_between_begins_the_count_anew(breaker):
    fail(breaker, 2)
    breaker.admit().succeeded()
    fail(breaker, 2)
    assert breaker.state is BreakerState.CLOSED


def test_who_is_abandoned_neither_counts_nor_begins_the_count_anew(breaker):
    fail(breaker, 2)
    for _ in range(5):
        breaker.admit().abandoned()
    assert breaker.state is BreakerState.CLOSED
    fail(breaker)
    assert breaker.state is BreakerState.OPEN


def test_it_stays_open_until_the_recovery_time_is_over(breaker, clock):
    fail(breaker, 3)
    clock.now_s += RECOVERY_S - 0.1
    assert breaker.admit() is None
    clock.now_s += 0.1
    assert breaker.admit() is not None
    assert breaker.state is BreakerState.HALF_OPEN


def test_a_probe_that_succeeds_closes_it(breaker, clock, states):
    fail(breaker, 3)
    clock.now_s += RECOVERY_S
    breaker.admit().succeeded()
    assert states == [BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED]
    fail(breaker, 2)
    assert breaker.state is BreakerState.CLOSED


def test_a_probe_that_fails_opens_it_for_the_whole_time_again(breaker, clock):
    fail(breaker, 3)
    clock.now_s += RECOVERY_S
    fail(breaker)
    clock.now_s += RECOVERY_S - 0.1
    assert breaker.admit() is None
    clock.now_s += 0.1
    assert breaker.admit() is not None


def test_of_many_threads_exactly_one_probes(breaker, clock):
    fail(breaker, 3)
    clock.now_s += RECOVERY_S
    together = threading.Barrier(16)
    permits = []

    def call():
        together.wait(10)
        permits.append(breaker.admit())

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(permits) == 16
    assert sum(permit is not None for permit in permits) == 1


def test_a_cancelled_probe_frees_the_place_and_changes_nothing(breaker, clock, states):
    fail(breaker, 3)
    clock.now_s += RECOVERY_S
    probe = breaker.admit()
    assert breaker.admit() is None
    with pytest.raises(KeyboardInterrupt), probe:
        raise KeyboardInterrupt
    assert states == [BreakerState.OPEN, BreakerState.HALF_OPEN]
    assert breaker.admit() is not None


def test_a_probe_that_is_never_heard_of_again_does_not_block_for_ever(breaker, clock):
    fail(breaker, 3)
    clock.now_s += RECOVERY_S
    lost = breaker.admit()
    clock.now_s += RECOVERY_S
    second = breaker.admit()
    assert second is not None
    lost.abandoned()
    assert breaker.admit() is None, "the place is the second probe's, not the first's to free"
    second.succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_a_slow_probe_that_succeeds_after_all_closes_it(breaker, clock):
    fail(breaker, 3)
    clock.now_s += RECOVERY_S
    slow = breaker.admit()
    clock.now_s += RECOVERY_S
    assert breaker.admit() is not None
    slow.succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_calls_of_before_it_opened_have_no_say_in_what_comes_after(breaker, clock):
    early = [breaker.admit() for _ in range(4)]
    fail(breaker, 3)
    early[0].succeeded()
    assert breaker.state is BreakerState.OPEN
    clock.now_s += RECOVERY_S
    probe = breaker.admit()
    early[1].succeeded()
    assert breaker.state is BreakerState.HALF_OPEN
    early[2].failed()
    assert breaker.state is BreakerState.HALF_OPEN
    probe.succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_a_call_reports_once(breaker):
    permit = breaker.admit()
    for _ in range(5):
        permit.failed()
    assert breaker.state is BreakerState.CLOSED


def test_who_is_told_of_a_change_may_ask_for_the_state(clock):
    seen = []
    breaker = CircuitBreaker(failures=1, clock=clock, on_change=lambda state: seen.append((state, breaker.state)))
    fail(breaker)
    assert seen == [(BreakerState.OPEN, BreakerState.OPEN)]


@pytest.mark.parametrize("wrong", [{"failures": 0}, {"recovery_s": 0.0}, {"recovery_s": float("nan")}])
def test_senseless_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CircuitBreaker(**wrong)
