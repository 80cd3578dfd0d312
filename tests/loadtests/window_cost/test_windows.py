import pytest
from loadtests.window_cost.windows import SHORTEST_S, cut

from loadtests.live import clips


@pytest.mark.parametrize("length_s", [4.0, 5.0, 8.0])
def test_windows_are_cut_between_words_and_keep_to_their_length(length_s: float) -> None:
    jfk = clips.find("jfk")
    windows = cut([jfk], [length_s])
    assert all(SHORTEST_S <= window.duration_s <= length_s + 0.6 for window in windows)
    said = " ".join(window.words for window in windows)
    assert (jfk.words or "").startswith(said)
    assert sum(window.duration_s for window in windows) > jfk.duration_s - SHORTEST_S - 0.6


def test_windows_are_samples_as_an_engine_takes_them() -> None:
    (window, *_) = cut([clips.find("jfk")], [5.0])
    assert window.samples.dtype == "float32"
    assert 0.1 < abs(window.samples).max() <= 1.0


def test_what_is_too_short_is_no_window() -> None:
    jfk = clips.find("jfk")
    assert cut([jfk], [2.0]) == []


def test_a_recording_shorter_than_several_lengths_is_one_window() -> None:
    jfk = clips.find("jfk")
    assert len(cut([jfk], [11.0, 12.0, 20.0])) == len(cut([jfk], [11.0]))
