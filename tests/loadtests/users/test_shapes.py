"""Shapes of load and mixes of users."""

import pytest
from loadtests.users.shapes import SHAPES, mix_of, users_at


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_reaches_its_peak_has_users_all_the_time_and_ends(shape: str) -> None:
    users = [users_at(shape, second, peak=8, length_s=120.0) for second in range(120)]
    assert max(count or 0 for count in users) == 8
    assert min(count or 0 for count in users) >= 1
    assert users_at(shape, 120.0, peak=8, length_s=120.0) is None


def test_a_ramp_only_grows_and_is_full_for_the_last_quarter() -> None:
    users = [users_at("ramp", second, peak=8, length_s=120.0) or 0 for second in range(120)]
    assert users == sorted(users)
    assert users[0] == 1
    assert users[90:] == [8] * 30


def test_a_spike_comes_at_once_and_goes_at_once() -> None:
    users = [users_at("spike", second, peak=8, length_s=120.0) for second in (39, 40, 79, 80)]
    assert users == [2, 8, 8, 2]


def test_stairs_have_four_steps() -> None:
    users = [users_at("stairs", second, peak=8, length_s=120.0) for second in (0, 30, 60, 90)]
    assert users == [2, 4, 6, 8]


@pytest.mark.parametrize(("shape", "peak", "length_s"), [("hill", 4, 60.0), ("ramp", 0, 60.0), ("ramp", 4, 0.0)])
def test_what_is_no_shape_is_refused(shape: str, peak: int, length_s: float) -> None:
    with pytest.raises(ValueError, match=r"known: steady|at least one user"):
        users_at(shape, 0.0, peak=peak, length_s=length_s)


def test_a_mix_names_weights() -> None:
    assert mix_of("live=6, text=3") == {"live": 6, "file": 0, "text": 3}


@pytest.mark.parametrize("mix", ["", "live", "live=-1", "video=1", "live=0,text=0", "live=1.5"])
def test_what_is_no_mix_is_refused(mix: str) -> None:
    with pytest.raises(ValueError, match=r"KIND=WEIGHT|no users"):
        mix_of(mix)
