import json

import pytest
from loadtests.live.clips import JFK_WORDS
from loadtests.scoring.reference import STORED, aligned_times, stored_times

from livetranslate.protocol import Word
from loadtests.scoring import ReferenceWord


def test_a_missed_word_lies_evenly_between_its_neighbours() -> None:
    heard = (Word("The", 0.0, 0.4), Word("mat.", 2.0, 2.5))
    times = aligned_times(["the", "cat", "sat", "mat"], heard, duration_s=3.0)
    assert [word.end_s for word in times] == pytest.approx([0.4, 1.2, 2.0, 2.5])
    assert times[1] == ReferenceWord("cat", 0.4, 1.2)


def test_words_missed_at_the_ends_reach_to_the_ends_of_the_recording() -> None:
    times = aligned_times(["a", "b", "c"], (Word("b", 1.0, 1.5),), duration_s=2.0)
    assert [(word.start_s, word.end_s) for word in times] == [(0.0, 1.0), (1.0, 1.5), (1.5, 2.0)]


def test_a_hyphenated_word_is_two_spoken_words() -> None:
    times = aligned_times(["cold", "hearted"], (Word("cold-hearted", 1.0, 2.0),), duration_s=3.0)
    assert [word.end_s for word in times] == [2.0, 2.0]


def test_kept_times_are_those_of_the_words_that_are_said() -> None:
    times = stored_times("jfk", JFK_WORDS)
    assert [word.text for word in times] == JFK_WORDS.split()
    assert stored_times("jfk", "something else") == ()
    assert stored_times("no such recording", "a") == ()


def test_kept_times_never_run_backwards() -> None:
    for rows in json.loads(STORED.read_text()).values():
        ends = [end_s for _, _, end_s in rows]
        assert ends == sorted(ends)
        assert all(start_s <= end_s for _, start_s, end_s in rows)
