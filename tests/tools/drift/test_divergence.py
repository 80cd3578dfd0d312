"""The divergence against values from its definition, and what chance makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from livetranslate_tools.drift.divergence import (
    aligned,
    aligned_buckets,
    expected_by_chance_bits,
    jensen_shannon_bits,
)
from livetranslate_tools.drift.errors import DriftError


def test_it_is_the_square_of_scipys_distance() -> None:
    one, other = np.array([1.0, 4.0, 0.0, 5.0]), np.array([30.0, 10.0, 10.0, 0.0])
    assert jensen_shannon_bits(one, other) == pytest.approx(jensenshannon(one, other, base=2) ** 2)


def test_its_ends_are_zero_and_one() -> None:
    assert jensen_shannon_bits(np.array([2.0, 6.0]), np.array([1.0, 3.0])) == pytest.approx(0.0)
    assert jensen_shannon_bits(np.array([3.0, 0.0]), np.array([0.0, 9.0])) == pytest.approx(1.0)
    assert jensen_shannon_bits(np.array([0.0, 0.0]), np.array([0.0, 9.0])) == 0.0


def test_a_small_difference_is_an_eighth_of_the_population_stability_index() -> None:
    p, q = np.array([0.26, 0.24, 0.27, 0.23]), np.array([0.25, 0.25, 0.25, 0.25])
    index = float(np.sum((p - q) * np.log(p / q)))
    assert jensen_shannon_bits(p, q) == pytest.approx(index / (8 * np.log(2)), rel=0.01)


def test_chance_alone_gives_what_is_expected_by_chance() -> None:
    random = np.random.default_rng(3)
    shares, n, m = [0.1, 0.2, 0.3, 0.25, 0.15], 600, 3600
    found = [
        jensen_shannon_bits(random.multinomial(n, shares).astype(float), random.multinomial(m, shares).astype(float))
        for _ in range(2000)
    ]
    assert np.mean(found) == pytest.approx(expected_by_chance_bits(5, 1 / n + 1 / m), rel=0.05)


def test_outcomes_are_aligned_by_name() -> None:
    one, other = aligned({"en": 3.0, "fr": 1.0}, {"es": 2.0, "en": 5.0})
    assert (one.tolist(), other.tolist()) == ([3.0, 1.0, 0.0], [5.0, 0.0, 2.0])


def test_other_buckets_are_refused() -> None:
    with pytest.raises(DriftError, match="Save a new reference"):
        aligned_buckets({"1": 1.0, "+Inf": 0.0}, {"2": 1.0, "+Inf": 0.0})
