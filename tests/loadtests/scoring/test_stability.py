import pytest
from loadtests.scoring.stability import normalized_erasure, settled_at


def states(*texts: str) -> list[list[str]]:
    return [text.split() for text in texts]


def test_a_word_settles_when_it_appears_and_stays() -> None:
    shown = states("and", "and sew", "and so my", "and so my fellow")
    assert settled_at(shown) == [0, 2, 2, 3]


def test_a_word_that_vanishes_and_comes_back_settles_when_it_is_back() -> None:
    assert settled_at(states("a b", "a", "a b")) == [0, 2]


def test_correcting_an_earlier_word_does_not_unsettle_later_ones() -> None:
    assert settled_at(states("the bat sat down", "the cat sat down")) == [0, 1, 0, 0]


def test_a_stream_that_only_grows_erases_nothing() -> None:
    assert normalized_erasure(states("a", "a b", "a b c")) == 0.0


def test_everything_behind_the_first_change_is_erased() -> None:
    # a b c -> a x: two words deleted; a x -> a x d e: none. Four final words.
    assert normalized_erasure(states("a b c", "a x", "a x d e")) == pytest.approx(2 / 4)


def test_no_text_erases_nothing() -> None:
    assert normalized_erasure([]) == 0.0
    assert normalized_erasure(states("a", "")) == 0.0
