"""Where a long utterance's window begins anew."""

import pytest
from utterance import HeardWord
from window_trim import KEPT_S, LONGEST_WINDOW_S, best_trim

from livetranslate.protocol import Word


def words(*texts: str, from_s: float = 0.0, pause_after: str = "") -> list[Word]:
    """Words of half a second each; after one of them a pause of as much."""
    result, now_s = [], from_s
    for text in texts:
        result.append(Word(text, now_s, now_s + 0.5))
        now_s += 1.0 if text == pause_after else 0.5
    return result


TEXTS = [f"w{i}" for i in range(16)]


def test_a_short_window_is_left_alone():
    assert best_trim(words(*TEXTS), [], window_s=0.0, end_s=LONGEST_WINDOW_S) is None
    assert best_trim(words(*TEXTS, from_s=50.0), [], window_s=50.0, end_s=50.0 + LONGEST_WINDOW_S) is None


def test_nothing_can_be_left_behind_before_words_are_committed():
    assert best_trim([], [], window_s=0.0, end_s=20.0) is None


def test_the_words_of_the_last_seconds_stay():
    count, window_s = best_trim(words(*TEXTS), [], window_s=0.0, end_s=8.0)
    assert window_s == 8.0 - KEPT_S
    assert count == 12
    assert best_trim([Word("late", 6.5, 7.0)], [], window_s=0.0, end_s=8.0) is None


@pytest.mark.parametrize("mark", [".", "?", "。"])
def test_the_end_of_a_sentence_is_preferred_to_a_later_word(mark):
    texts = [f"w5{mark}" if i == 5 else text for i, text in enumerate(TEXTS)]
    assert best_trim(words(*texts), [], window_s=0.0, end_s=8.0) == (6, 3.0)


def test_a_sentence_beats_a_clause_and_a_clause_a_word():
    texts = [{3: "w3.", 6: "w6,"}.get(i, text) for i, text in enumerate(TEXTS)]
    assert best_trim(words(*texts), [], window_s=0.0, end_s=8.0)[0] == 4
    texts[3] = "w3"
    assert best_trim(words(*texts), [], window_s=0.0, end_s=7.0)[0] == 7


def test_the_window_begins_in_the_middle_of_a_pause():
    count, window_s = best_trim(words(*TEXTS, pause_after="w4"), [], window_s=0.0, end_s=8.5)
    assert (count, window_s) == (5, 2.75)


def test_the_pause_before_the_first_pending_word_counts_too():
    pending = [HeardWord("next", 6.0, 6.5, 6.2, 0.9)]
    assert best_trim(words("a", "b", "c"), pending, window_s=0.0, end_s=8.0) == (3, 3.75)


def test_times_are_session_times():
    count, window_s = best_trim(words(*TEXTS, from_s=100.0), [], window_s=100.0, end_s=108.0)
    assert (count, window_s) == (12, 106.0)
