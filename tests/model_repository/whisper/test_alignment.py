"""Tokens share the audio in reading order, and in the best way there is."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from alignment import peaks, token_spans
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays


def attention(*spans: tuple[int, int], positions: int) -> list[np.ndarray]:
    """One row a token, which attends evenly to its span."""
    rows = []
    for start, end in spans:
        row = np.full(positions, 0.01, np.float32)
        row[start:end] = 1.0
        rows.append(row / row.sum())
    return rows


def smoothed(row: np.ndarray) -> np.ndarray:
    """A median of seven, by its definition."""
    padded = [*[row[0]] * 3, *row, *[row[-1]] * 3]
    return np.array([sorted(padded[i : i + 7])[3] for i in range(len(row))])


def covered(rows: list[np.ndarray], bounds: list[int]) -> float:
    """The normalised attention that a division of the positions covers: what is to be greatest."""
    weights = np.stack(rows)
    spread = np.maximum(weights.std(axis=0), 1e-6)
    weights = np.stack([smoothed(row) for row in (weights - weights.mean(axis=0)) / spread])
    return float(sum(row[a:b].sum() for row, (a, b) in zip(weights, pairwise(bounds), strict=True)))


def test_tokens_that_follow_each_other_get_their_own_spans():
    rows = attention((0, 10), (10, 25), (25, 30), (30, 50), positions=50)
    assert token_spans(rows, 50).tolist() == [0, 10, 25, 30]


def test_a_pause_is_shared_out_but_moves_no_word_into_another():
    rows = attention((0, 10), (30, 40), (40, 50), positions=50)
    first, second, end = token_spans(rows, 50).tolist()
    assert first == 0
    assert 10 <= second <= 30
    assert end == 40


def test_padding_behind_the_audio_is_nobodys():
    rows = attention((0, 10), (10, 20), (60, 100), positions=100)
    spans = token_spans(rows, 25)
    assert spans.max() <= 25
    assert spans.tolist() == sorted(spans.tolist())


@pytest.mark.parametrize("heard", [1, 2, 4])
def test_more_tokens_than_positions_stay_in_order_within_the_audio(heard):
    rows = attention(*[(0, 1)] * 5, positions=10)
    spans = token_spans(rows, heard).tolist()
    assert len(spans) == 5
    assert spans == sorted(spans)
    assert max(spans) <= heard


@given(
    st.tuples(st.integers(1, 4), st.integers(4, 9)).flatmap(
        lambda shape: arrays.arrays(np.float32, shape, elements=st.floats(0, 1, width=32))
    )
)
def test_no_other_division_covers_more_attention(weights):
    rows = list(weights)
    count, positions = weights.shape
    bounds = [*token_spans(rows, positions).tolist(), positions]
    assert bounds[0] == 0
    assert all(a < b for a, b in pairwise(bounds))
    best = max(covered(rows, [0, *cuts, positions]) for cuts in combinations(range(1, positions), count - 1))
    assert covered(rows, bounds) == pytest.approx(best, abs=1e-3)


def test_peaks_look_at_the_audio_only():
    rows = attention((3, 4), (8, 9), (15, 20), positions=20)
    rows[2][9] = 0.5 * rows[2][15]
    assert peaks(rows, 10).tolist() == [3, 8, 9]
