import pytest
from loadtests.translation.latency import SourceSentence, TargetWord, laal, resegment, stream_laal


def spoken(text: str, *times_s: float, heard_s: float | None = None) -> list[TargetWord]:
    return [TargetWord(word, at_s, heard_s, 0.0) for word, at_s in zip(text.split(), times_s, strict=True)]


def test_words_that_come_as_fast_as_they_are_said_lag_by_their_constant_delay() -> None:
    # Four words in 4 s, each one second after the moment at which an ideal translation would write it.
    assert laal([1.0, 2.0, 3.0, 4.0], source_s=4.0, reference_words=4) == pytest.approx(1.0)


def test_only_words_up_to_the_first_after_the_end_of_the_source_count() -> None:
    # 1 - 0, 5 - 1; the third and the fourth come later still and do not count.
    assert laal([1.0, 5.0, 9.0, 20.0], source_s=4.0, reference_words=4) == pytest.approx((1.0 + 4.0) / 2)


def test_a_translation_that_begins_after_the_end_lags_by_its_first_word() -> None:
    assert laal([6.0, 6.1, 6.2], source_s=4.0, reference_words=3) == 6.0


def test_writing_more_words_than_the_reference_is_not_rewarded() -> None:
    # Eight words instead of four: the ideal pace is that of eight, so that the lag stays what it is.
    delays_s = [0.5 * number + 1.0 for number in range(8)]
    assert laal(delays_s, source_s=4.0, reference_words=4) == pytest.approx(1.0)


def test_a_translation_that_is_too_short_is_held_against_the_pace_of_the_reference() -> None:
    # Two words for four: the second is due at 1 s, not at 2 s.
    assert laal([1.0, 3.0], source_s=4.0, reference_words=4) == pytest.approx((1.0 + 2.0) / 2)


def test_nothing_translated_has_no_lag() -> None:
    assert laal([], source_s=4.0, reference_words=4) is None
    assert stream_laal([], [SourceSentence(0.0, 1.0, ("uno",))], is_ideal=False) is None


def test_a_stream_is_cut_where_its_words_fit_the_references_best() -> None:
    words = ["buenos", "días", "a", "todas", "empezamos", "ya"]
    references = [["Buenos", "días", "a", "todos"], ["empezamos", "ahora"]]
    assert resegment(words, references) == [range(0, 4), range(4, 6)]


def test_every_word_of_a_stream_belongs_to_one_sentence() -> None:
    cut = resegment(["x", "y", "z"], [["a"], ["b"], ["z", "w"]])
    assert [place for places in cut for place in places] == [0, 1, 2]


def test_a_sentence_without_translation_takes_no_words() -> None:
    assert resegment(["uno", "dos"], [["uno", "dos"], ["tres"]]) == [range(0, 2), range(2, 2)]


def test_a_streams_lag_is_the_mean_of_its_sentences_each_from_its_own_beginning() -> None:
    sentences = [SourceSentence(0.0, 2.0, ("a", "b")), SourceSentence(10.0, 12.0, ("c", "d"))]
    words = spoken("a b c d", 1.0, 2.0, 13.0, 13.0)
    # (1 + 1) / 2 = 1; the second begins 3 s after its sentence's beginning, which is after its end.
    assert stream_laal(words, sentences, is_ideal=False) == pytest.approx((1.0 + 3.0) / 2)


def test_the_ideal_lag_counts_what_had_been_heard_and_needs_to_know_it() -> None:
    sentences = [SourceSentence(0.0, 2.0, ("a", "b"))]
    assert stream_laal(spoken("a b", 5.0, 5.0, heard_s=2.5), sentences, is_ideal=True) == pytest.approx(2.5)
    assert stream_laal(spoken("a b", 5.0, 5.0), sentences, is_ideal=True) is None
