"""Loops are found and real repetitions are not; thresholds fall where they were measured."""

import pytest
from guards import Loop, find_loop, is_repetitive, is_squeezed, token_limit


@pytest.mark.parametrize(
    ("tokens", "loop"),
    [
        ([1, 2, 3] + [7] * 16, Loop(3, 1)),
        ([1, 2] + [5, 6] * 8, Loop(2, 2)),
        ([9] + [1, 2, 3, 4, 5] * 4, Loop(1, 5)),
        ([7] * 15, None),  # "no no no …" is said
        ([1, 2, 3, 4, 5] * 3, None),
        (list(range(100)), None),
        ([], None),
    ],
)
def test_a_loop_is_four_rounds_and_sixteen_tokens(tokens, loop):
    assert find_loop(tokens) == loop


def test_repetitive_text_compresses_too_well():
    assert is_repetitive("5,5,5,5," * 20)
    assert not is_repetitive("Ask not what your country can do for you, ask what you can do for your country.")
    assert not is_repetitive("ha ha ha ha")


def test_words_that_nobody_said_have_no_time():
    assert is_squeezed([0.3, 0.0, 0.02, 0.4])
    assert not is_squeezed([0.3, 0.2, 0.02, 0.4])


def test_the_token_limit_grows_with_the_audio():
    assert (token_limit(0.1), token_limit(10.0)) == (11, 160)
