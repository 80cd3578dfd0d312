import pytest
from loadtests.slope import Slope


def test_a_line_is_found_exactly() -> None:
    slope = Slope.of([(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)])
    assert slope is not None
    assert slope.per_unit == pytest.approx(2.0)
    assert slope.error == pytest.approx(0.0, abs=1e-9)
    assert slope.samples == 3


def test_scatter_widens_the_error_as_the_textbook_says() -> None:
    # x = 0 1 2 3, y = 0 1 1 2: slope 0.6, residuals -0.1 0.3 -0.3 0.1, error sqrt(0.2 / 2 / 5).
    slope = Slope.of([(0.0, 0.0), (1.0, 1.0), (2.0, 1.0), (3.0, 2.0)])
    assert slope is not None
    assert slope.per_unit == pytest.approx(0.6)
    assert slope.error == pytest.approx((0.2 / 2 / 5) ** 0.5)


@pytest.mark.parametrize("points", [[], [(0.0, 1.0), (1.0, 2.0)], [(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]])
def test_too_little_has_no_slope(points: list[tuple[float, float]]) -> None:
    assert Slope.of(points) is None
