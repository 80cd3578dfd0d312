"""The simulated fleet, on calls few enough to follow by hand."""

import pytest
from loadtests.autoscaling.fleet import Fleet, FleetSettings
from loadtests.autoscaling.policies import Cooldown, Fixed, Seen, SessionRoom
from tests.loadtests.autoscaling.fleets import MODEL, traffic

SETTINGS = FleetSettings(start_s=60.0, look_s=10.0, retry_s=5.0, patience_s=20.0)


class Steps:
    """Wants what a list says, look by look, and then its last."""

    name = "steps"

    def __init__(self, *wanted: int) -> None:
        self._wanted = list(wanted)

    def wanted(self, seen: Seen) -> int:
        return self._wanted.pop(0) if len(self._wanted) > 1 else self._wanted[0]


def test_a_third_call_on_a_server_for_two_waits_its_turn_or_is_lost() -> None:
    outcome = Fleet(MODEL, Fixed(1), SETTINGS).run(traffic((0, 12), (1, 600), (2, 600), (3, 600)))
    # The first ends at 12 s; the third, back at 7 and 12 s, gets its place, the fourth gives up after 23 s.
    assert outcome.calls == 4
    assert outcome.lost == 1
    assert outcome.wait_max_s == 10
    assert outcome.refusals == 2 + 5


def test_what_a_fleet_costs_and_what_words_wait_for() -> None:
    outcome = Fleet(MODEL, Fixed(1), SETTINGS).run(traffic((0, 1800), (900, 900)))
    assert outcome.server_hours == 1.0
    assert outcome.session_hours == pytest.approx(0.75)
    # Alone for 900 s with words after 1 s; two of them for 900 s with words after 2 s.
    assert outcome.delay_avg_s == pytest.approx((900 * 1 + 2 * 900 * 2) / 2700)
    assert outcome.delay_p95_s == outcome.delay_max_s == 2.0


def test_calls_go_to_the_emptiest_server() -> None:
    outcome = Fleet(MODEL, Fixed(2), SETTINGS).run(traffic((0, 100), (1, 100)))
    assert outcome.delay_max_s == 1.0


def test_a_server_takes_its_time_to_start_and_costs_meanwhile() -> None:
    calls = traffic((0, 3000), (1, 3000), (65, 3000), (75, 3000), length_s=3600)
    outcome = Fleet(MODEL, Steps(1, 1, 2), SETTINGS).run(calls)
    # Ordered at the second look (10 s), ready at 70 s: the call of 65 s comes back once.
    assert outcome.starts == 1
    assert outcome.lost == 0
    assert outcome.wait_max_s == 5.0
    assert outcome.server_hours == pytest.approx((3600 + 3590) / 3600)


def test_a_server_that_is_not_wanted_ends_with_its_last_session_and_takes_no_new_one() -> None:
    outcome = Fleet(MODEL, Steps(2, 2, 1), SETTINGS).run(traffic((0, 50), (1, 300), (20, 30), (25, 30), (30, 30)))
    # From 10 s on the server of the first call drains; it is gone at 50 s. The other has one place: two calls wait.
    assert outcome.server_hours == pytest.approx((3600 + 50) / 3600)
    assert outcome.refusals > 0


def test_a_draining_server_is_taken_back_before_another_is_started() -> None:
    outcome = Fleet(MODEL, Steps(2, 2, 1, 2), SETTINGS).run(traffic((0, 500), (1, 500)))
    assert outcome.starts == 0
    assert max(look.servers for look in outcome.looks) == 2


def test_the_same_traffic_gives_the_same_outcome() -> None:
    calls = traffic(*((second * 7 % 300, 40) for second in range(60)), length_s=400)
    first, again = (Fleet(MODEL, SessionRoom(cooldown=Cooldown(60)), SETTINGS).run(calls) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("wrong", [{"start_s": -1.0}, {"look_s": 0.0}, {"retry_s": 0.0}, {"patience_s": -1.0}])
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        FleetSettings(**wrong)
