"""Long audio is cut in its pauses, silence belongs to no window, and no speech is lost."""

from itertools import pairwise

import numpy as np
from segmentation import MAX_WINDOW_S, has_speech, split_at_pauses
from tests.encoded_audio import jfk_samples


def silence(duration_s: float) -> np.ndarray:
    return np.zeros(int(duration_s * 16_000), np.float32)


def test_silence_has_no_window():
    assert split_at_pauses(silence(60.0)) == []
    assert not has_speech(silence(5.0))


def test_even_half_a_second_of_speech_is_speech():
    assert has_speech(jfk_samples()[:8_000])


def test_speech_far_apart_gets_windows_of_its_own():
    audio = np.concatenate([silence(20), jfk_samples(), silence(60), jfk_samples(), silence(20)])
    first, second = split_at_pauses(audio)
    assert 19.5 < first.start_s < 20.6 < 30.0 < first.end_s < 31.6
    assert 90.5 < second.start_s < 91.6 < 101.0 < second.end_s < 102.6


def test_windows_fit_the_recogniser_and_do_not_overlap():
    windows = split_at_pauses(np.tile(jfk_samples(), 30))
    assert all(window.end_s - window.start_s <= MAX_WINDOW_S for window in windows)
    assert all(a.end <= b.start for a, b in pairwise(windows))
    assert sum(window.end_s - window.start_s for window in windows) > 0.95 * 330


def test_where_nobody_pauses_the_quietest_moment_is_cut():
    generator = np.random.default_rng(0)
    audio = (generator.standard_normal(40 * 16_000) * 0.2).astype(np.float32)
    audio[int(20.0 * 16_000) : int(20.3 * 16_000)] *= 0.3
    windows = split_at_pauses(audio)
    assert 19.9 < windows[0].end_s < 20.4
    assert windows[1].start == windows[0].end
