"""The laws that are fitted: what they were made from comes out again."""

import math

import pytest
from loadtests.capacity.accelerators import TranslationLoad, sessions_of
from loadtests.capacity.batch_time import BatchTime
from loadtests.capacity.cpu_law import CpuLaw
from loadtests.capacity.recogniser_queue import Speaker
from loadtests.capacity.scaling_law import ScalingLaw, held_out_error

COUNTS = (1, 2, 4, 8, 16)


def test_the_scaling_law_is_found_again() -> None:
    true = ScalingLaw(10.0, 0.2, 0.01)
    found = ScalingLaw.fit(COUNTS, [true(count) for count in COUNTS])
    assert (found.one_per_s, found.serial, found.crosstalk) == pytest.approx((10.0, 0.2, 0.01), rel=1e-3)
    assert found.best_concurrency == pytest.approx(math.sqrt(0.8 / 0.01), rel=1e-2)
    assert found.most_per_s == pytest.approx(true(math.sqrt(80)), rel=1e-3)


def test_a_law_without_crosstalk_levels_off() -> None:
    law = ScalingLaw(10.0, 0.25, 0.0)
    assert law.best_concurrency == math.inf
    assert law.most_per_s == 40.0
    assert ScalingLaw(10.0, 0.0, 0.0).most_per_s == math.inf


def test_the_error_for_the_largest_number_is_of_a_law_that_has_not_seen_it() -> None:
    true = ScalingLaw(10.0, 0.2, 0.0)
    rates = [true(count) for count in COUNTS]
    assert held_out_error(COUNTS, rates) == pytest.approx(0.0, abs=1e-3)
    assert held_out_error(COUNTS, [*rates[:-1], rates[-1] / 2]) == pytest.approx(1.0, abs=0.01)
    assert held_out_error(COUNTS[:3], rates[:3]) is None


@pytest.mark.parametrize("rates", [(1.0, 2.0), (1.0, 0.0, 2.0)])
def test_too_few_or_impossible_throughputs_are_refused(rates: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="three throughputs"):
        ScalingLaw.fit(COUNTS[: len(rates)], rates)


def test_the_processor_law_is_found_again_and_leaves_room() -> None:
    law = CpuLaw.fit([1, 2, 4], [0.2 + 0.08 / count for count in (1, 2, 4)])
    assert (law.shared, law.alone) == (pytest.approx(0.2), pytest.approx(0.08))
    assert law.per_audio_s(8) == pytest.approx(0.21)
    assert law.most_sessions(2, busy=0.9) == 8
    with pytest.raises(ValueError, match="busy"):
        law.most_sessions(2, busy=1.5)
    with pytest.raises(ValueError, match="Two numbers"):
        CpuLaw.fit([4, 4], [0.2, 0.3])


def test_an_accelerator_is_full_when_recognition_or_memory_is() -> None:
    batch_time = BatchTime(0.02, 0.001)
    speaker = Speaker(1.2, batch_time(1))
    captions = sessions_of(batch_time, speaker, target_recognition_s=0.6, instances=2)
    assert captions == 2 * sessions_of(batch_time, speaker, target_recognition_s=0.6)
    tight = TranslationLoad(kv_bytes=1e9, bytes_per_token=1e5, tokens=500, in_flight=0.5, targets=2)
    assert tight.most_sessions() == 20
    assert sessions_of(batch_time, speaker, target_recognition_s=0.6, translation=tight) == 20
    with pytest.raises(ValueError, match="instances"):
        sessions_of(batch_time, speaker, target_recognition_s=0.6, instances=0)
