import numpy as np
import pytest
from loadtests.live.driver import offsets

from loadtests.live import clips


def test_joined_recordings_keep_their_word_times() -> None:
    whole = clips.find("librivox")
    assert whole.words is not None
    assert [word.text for word in whole.times] == whole.words.split()
    first, second = whole.parts[:2]
    shift_s = first.duration_s + clips.GAP_S
    count = len(first.times)
    assert whole.times[count].end_s == pytest.approx(second.times[0].end_s + shift_s)
    begin = round(shift_s * clips.RATE_HZ)
    assert np.array_equal(whole.pcm[begin : begin + len(second.pcm)], second.pcm)


def test_a_rotated_clip_says_the_same_in_another_order() -> None:
    whole = clips.find("librivox")
    turned = clips.rotated(whole, 2)
    assert turned.duration_s == whole.duration_s
    assert turned.words != whole.words
    assert sorted((turned.words or "").split()) == sorted((whole.words or "").split())
    assert turned.parts[0].name == whole.parts[2].name
    assert clips.rotated(whole, 5).words == whole.words


def test_one_recording_cannot_be_rotated_but_repeated() -> None:
    jfk = clips.find("jfk")
    assert clips.rotated(jfk, 3) is jfk
    twice = clips.find("jfk", repeat=2)
    assert twice.words == f"{jfk.words} {jfk.words}"
    assert len(twice.times) == 44


def test_streams_begin_at_random_but_repeatable_moments() -> None:
    first = offsets(4, stagger_s=3.0, seed=1)
    assert first == offsets(4, stagger_s=3.0, seed=1) != offsets(4, stagger_s=3.0, seed=2)
    assert first[0] == 0.0
    assert len(set(first)) == 4
    assert max(first) <= 3.0
