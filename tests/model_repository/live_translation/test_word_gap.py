"""A long utterance is cut where it hurts least."""

import numpy as np
import pytest
from word_gap import best_gap

from livetranslate.protocol import Word


def spoken(words: list[Word], length_s: float) -> np.ndarray:
    audio = np.zeros(int(16000 * length_s), np.float32)
    for word in words:
        audio[int(word.start_s * 16000) : int(word.end_s * 16000)] = 0.3
    return audio


def test_the_longest_silence_wins_among_late_words():
    words = [Word(f"w{i}", i * 1.0, i * 1.0 + 0.9) for i in range(8)]
    words[5:] = [Word(w.text, w.start_s + 0.6, w.end_s + 0.6) for w in words[5:]]
    count, cut_s = best_gap(words, spoken(words, 9.0), start_s=0.0)
    assert count == 5
    assert 4.9 < cut_s < 5.6


def test_the_end_of_a_sentence_beats_an_equal_gap():
    words = [Word("so." if i == 4 else "so", i * 1.0, i * 1.0 + 0.9) for i in range(7)]
    assert best_gap(words, spoken(words, 7.0), start_s=0.0)[0] == 5


def test_the_last_word_is_never_trusted():
    words = [Word("a", 0.0, 0.5), Word("b", 0.5, 1.0), Word("c", 5.0, 5.5)]
    assert best_gap(words, spoken(words, 5.5), start_s=0.0)[0] == 1


def test_times_are_session_times():
    words = [Word(f"w{i}", 100 + i * 1.0, 100 + i * 1.0 + 0.5) for i in range(5)]
    audio = spoken([Word(w.text, w.start_s - 100, w.end_s - 100) for w in words], 5.0)
    _, cut_s = best_gap(words, audio, start_s=100.0)
    assert 100 < cut_s < 105


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_words_give_no_cut(count):
    words = [Word("a", i, i + 0.5) for i in range(count)]
    assert best_gap(words, spoken(words, 3.0), start_s=0.0) is None


def test_committed_words_stand_before_the_cut():
    words = [Word("so." if i == 1 else "so", i * 1.0, i * 1.0 + 0.9) for i in range(7)]
    audio = spoken(words, 7.0)
    for committed in range(6):
        assert best_gap(words, audio, start_s=0.0, at_least=committed)[0] >= committed
    assert best_gap(words, audio, start_s=0.0, at_least=4)[0] in (4, 5)


def test_when_all_but_the_last_word_are_committed_it_is_left_whole():
    words = [Word(f"w{i}", i * 1.0, i * 1.0 + 0.8) for i in range(5)]
    count, cut_s = best_gap(words, spoken(words, 4.5), start_s=0.0, at_least=4)
    assert count == 4
    assert 3.7 < cut_s < 4.1


def test_when_all_words_are_committed_the_cut_is_quiet_and_behind_them():
    words = [Word(f"w{i}", i * 1.0, i * 1.0 + 0.8) for i in range(5)]
    audio = spoken([*words, Word("begun", 5.2, 6.0)], 6.0)
    count, cut_s = best_gap(words, audio, start_s=0.0, at_least=5)
    assert count == 5
    assert 4.7 < cut_s < 5.2
