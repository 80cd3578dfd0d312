"""Traffics: seeded, of the right size, and recorded ones as they were."""

from pathlib import Path

import pytest
from loadtests.autoscaling.fleet import FleetSettings
from loadtests.autoscaling.recording import COLUMNS, _line
from loadtests.autoscaling.server_load import ServerModel
from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.recogniser_queue import Speaker, predict

from loadtests.autoscaling import comparison, traffic

BATCH, SPEAKER = BatchTime(0.08, 0.04), Speaker(1.1, 0.12, 1.25, 2.3)


@pytest.mark.parametrize("make", [traffic.daily, traffic.ramp, traffic.spikes])
def test_a_seed_gives_one_traffic(make: object) -> None:
    assert callable(make)
    first, again, other = make(30.0, seed=1), make(30.0, seed=1), make(30.0, seed=2)
    assert first == again != other
    assert [call.at_s for call in first.calls] == sorted(call.at_s for call in first.calls)
    assert all(0 <= call.at_s < first.length_s for call in first.calls)


def test_a_steady_rate_offers_the_sessions_that_it_should() -> None:
    rate = 20 / traffic.mean_call_s()
    found = traffic.poisson("steady", lambda _: rate, most_per_s=rate, length_s=40 * 3600.0, seed=3)
    assert found.offered_sessions == pytest.approx(20, rel=0.07)


def test_a_rate_above_its_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="the bound is 1"):
        traffic.poisson("wrong", lambda _: 2.0, most_per_s=1.0, length_s=100.0, seed=1)


def test_nights_are_quiet_and_spikes_are_short() -> None:
    day = traffic.daily(50.0, seed=1)
    by_hour = [sum(int(call.at_s // 3600) == hour for call in day.calls) for hour in range(24)]
    assert by_hour[10] > 10 * by_hour[3]
    bursts = traffic.spikes(50.0, seed=1)
    inside = sum(call.at_s % 3600 < 300 and call.at_s >= 3600 for call in bursts.calls)
    assert inside > 0.4 * len(bursts.calls)


def test_a_recording_comes_back_stretched_and_multiplied(tmp_path: Path) -> None:
    path = tmp_path / "traffic.csv"
    path.write_text("at_s,calls,sessions_open\n2,3,3\n4,0,3\n6,1,2\n")
    found = traffic.recorded(path, times=2.0, stretch=10.0, seed=1)
    assert found.length_s == 60.0
    assert [sum(low <= call.at_s < low + 20 for call in found.calls) for low in (0, 20, 40)] == [6, 0, 2]
    half = traffic.recorded(path, times=0.5, stretch=1.0, seed=1)
    assert 1 <= len(half.calls) <= 3


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("time,calls\n1,2\n")
    with pytest.raises(ValueError, match=r"other\.csv is no recording"):
        traffic.recorded(path, times=1.0, stretch=1.0, seed=1)
    path.write_text("at_s,calls\n2,0\n")
    with pytest.raises(ValueError, match="has no calls"):
        traffic.recorded(path, times=1.0, stretch=1.0, seed=1)
    with pytest.raises(ValueError, match="above 0"):
        traffic.recorded(path, times=0.0, stretch=1.0, seed=1)


def test_calls_of_a_recording_are_those_let_in_and_those_refused() -> None:
    before = {"livetranslate_sessions_started_total": 4.0, "livetranslate_sessions_refused_total": 1.0}
    now = {
        "livetranslate_sessions_started_total": 6.0,
        "livetranslate_sessions_refused_total": 2.0,
        "livetranslate_sessions_open": 5.0,
        "nv_inference_pending_request_count whisper": 3.0,
    }
    assert dict(zip(COLUMNS[1:], _line(before, now), strict=True)) == {
        "calls": 3.0, "sessions_open": 5.0, "refused": 1.0, "whisper_pending": 3.0, "audio_waiting_s": 0.0,
    }  # fmt: skip


def test_servers_of_a_simulation_are_those_of_the_capacity_model(tmp_path: Path) -> None:
    keeps = ServerModel.of(BATCH, SPEAKER, recognition_s=0.6)
    lets = ServerModel.of(BATCH, SPEAKER, recognition_s=0.6, keeps_room=False)
    assert keeps.good == keeps.room == lets.good < lets.room == 64
    assert keeps.load(5).delay_s == predict(5, BATCH, SPEAKER).delay_avg_s
    assert keeps.load(0).waiting == 0.0
    assert keeps.load(1000) == keeps.load(64)
    with pytest.raises(ValueError, match="no server has room"):
        ServerModel.of(BATCH, SPEAKER, recognition_s=0.01)


def test_policies_are_compared_and_drawn(tmp_path: Path) -> None:
    model = ServerModel.of(BATCH, SPEAKER, recognition_s=0.6)
    outcomes = comparison.simulate(
        [traffic.ramp(2.0 * model.room, seed=1)], {"room": model}, FleetSettings(), policies=["fixed-1", "sessions"]
    )["room"]
    one, scaled = outcomes
    assert scaled.lost < one.lost
    assert one.server_hours < scaled.server_hours < 12
    assert "| ramp | fixed, 1 | 3.0 |" in "\n".join(comparison.table(outcomes))
    for path in (
        comparison.plot_traffic(outcomes, tmp_path / "ramp.png", room=model.room),
        comparison.plot_tradeoff(outcomes, tmp_path / "cost.png"),
    ):
        assert path.stat().st_size > 1000
