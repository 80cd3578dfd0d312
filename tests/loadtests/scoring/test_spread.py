import pytest

from loadtests.scoring import Distribution, Spread


def test_percentiles_lie_between_ranks() -> None:
    found = Distribution.of([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found is not None
    assert (found.avg, found.p50, found.count) == (3.0, 3.0, 5)
    assert (found.p90, found.p95, found.p99) == pytest.approx((4.6, 4.8, 4.96))
    assert Distribution.of([]) is None


def test_runs_are_summed_up_by_median_and_range() -> None:
    assert Spread.of([3.0, 1.0, 2.0, None]) == Spread(2.0, 1.0, 3.0, 3)
    assert Spread.of([None]) is None
    assert Spread(2.0, 1.0, 3.0, 3).text(1) == "2.0 (1.0–3.0)"
    assert Spread(2.0, 2.0, 2.0, 1).text() == "2.00"
