"""A session small enough to score by hand: four words, spoken until 2.0 s of a 2.5 s clip."""

import pytest

from loadtests.scoring import ReferenceWord, Shown, Timeline, score

REFERENCE = (
    ReferenceWord("and", 0.0, 0.5),
    ReferenceWord("so", 0.5, 1.0),
    ReferenceWord("my", 1.0, 1.5),
    ReferenceWord("fellow", 1.5, 2.0),
)
STEPS = (
    Shown(at_s=0.9, audio_s=0.8, committed="", displayed="And sew"),
    Shown(at_s=1.6, audio_s=1.4, committed="And", displayed="And so"),
    Shown(at_s=2.3, audio_s=2.0, committed="And so", displayed="And so my fellow"),
    Shown(at_s=6.0, audio_s=2.5, committed="And so, my fellow.", displayed="And so, my fellow."),
)


def test_commit_delays_count_from_the_end_of_the_word() -> None:
    result = score(Timeline(2.5, STEPS), REFERENCE)
    assert result.commit_delays_s == pytest.approx((1.6 - 0.5, 2.3 - 1.0, 6.0 - 1.5, 6.0 - 2.0))
    assert result.ideal_commit_delays_s == pytest.approx((1.4 - 0.5, 2.0 - 1.0, 2.5 - 1.5, 2.5 - 2.0))


def test_a_word_is_shown_from_when_it_stays() -> None:
    result = score(Timeline(2.5, STEPS), REFERENCE)
    assert result.shown_delays_s == pytest.approx((0.9 - 0.5, 1.6 - 1.0, 2.3 - 1.5, 2.3 - 2.0))


def test_the_first_word_shown_may_be_wrong_but_counts() -> None:
    result = score(Timeline(2.5, (Shown(0.7, 0.6, "", "Ant"), *STEPS)), REFERENCE)
    assert result.first_shown_s == pytest.approx(0.7 - 0.5)
    assert result.first_committed_s == pytest.approx(1.6 - 0.5)


def test_erasure_counts_words_with_and_without_their_writing() -> None:
    result = score(Timeline(2.5, STEPS), REFERENCE)
    assert result.committed_erasure == 0.0
    assert result.displayed_erasure == pytest.approx(1 / 4)  # sew -> so
    assert result.displayed_erasure_written == pytest.approx((1 + 3) / 4)  # and "so my fellow" -> "so, my fellow."


def test_text_committed_three_seconds_after_the_end_is_late() -> None:
    assert score(Timeline(2.5, STEPS), REFERENCE).share_in_time == pytest.approx(2 / 4)  # 6.0 is later than 2.5 + 3
    assert score(Timeline(2.5, STEPS), REFERENCE).share_shown_in_time == 1.0
    assert score(Timeline(3.0, STEPS), REFERENCE).share_in_time == 1.0  # 6.0 is just in time


def test_errors_are_counted_over_the_reference() -> None:
    last = Shown(at_s=3.0, audio_s=2.5, committed="And so his fellow man", displayed="And so his fellow man")
    result = score(Timeline(2.5, (last,)), REFERENCE)
    assert (result.errors, result.reference_words, result.final_words) == (2, 4, 5)
    assert result.wer == 0.5
    assert len(result.commit_delays_s) == 4  # the substituted word has a delay, the added one has none


def test_a_system_that_does_not_say_what_it_heard_has_no_ideal_delay() -> None:
    result = score(Timeline(2.5, (Shown(2.0, None, "and so", "and so"),)), REFERENCE)
    assert result.ideal_commit_delays_s == ()
    assert len(result.commit_delays_s) == 2


def test_a_silent_system_scores_nothing_but_errors() -> None:
    result = score(Timeline(2.5, ()), REFERENCE)
    assert result.wer == 1.0
    assert result.share_in_time == 0.0
    assert result.first_shown_s is None
    assert result.commit_delays_s == result.shown_delays_s == ()
