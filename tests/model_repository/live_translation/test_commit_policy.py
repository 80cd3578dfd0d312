"""Which words each policy promises of hypotheses that grow, shrink and change their minds."""

import pytest
from commit_policy import POLICIES, AlignAtt, AtTheEnd, LocalAgreement, common_prefix, comparable, make_policy
from utterance import HeardWord

from livetranslate.protocol import ErrorCode, LiveTranslateError, SessionOptions


def heard(*texts: str, confidence: float = 0.9, attended_s: dict[int, float] | None = None) -> list[HeardWord]:
    """Words of half a second, one after the other from 0."""
    return [
        HeardWord(text, i * 0.5, i * 0.5 + 0.5, (attended_s or {}).get(i, i * 0.5 + 0.4), confidence)
        for i, text in enumerate(texts)
    ]


def test_at_the_end_nothing_is_promised():
    policy = AtTheEnd()
    for _ in range(3):
        assert policy.commit_count(heard("a", "b", "c"), heard_s=100.0) == 0


def test_local_agreement_promises_what_two_hypotheses_share():
    policy = LocalAgreement()
    assert policy.commit_count(heard("and", "so", "mine"), heard_s=2.0) == 0
    assert policy.commit_count(heard("and", "so", "my", "fellow"), heard_s=3.0) == 2
    assert policy.commit_count(heard("my", "fellows"), heard_s=4.0) == 1
    assert policy.commit_count(heard("fellow"), heard_s=4.5) == 0


def test_local_agreement_overlooks_marks_and_capitals():
    policy = LocalAgreement()
    policy.commit_count(heard("And", "so", "my", "“Friends.”"), heard_s=2.0)
    assert policy.commit_count(heard("and", "so,", "My", "friends", "ask"), heard_s=3.0) == 4


def test_a_hypothesis_that_shrinks_promises_no_more_than_it_holds():
    policy = LocalAgreement()
    policy.commit_count(heard("a", "b", "c", "d"), heard_s=2.0)
    assert policy.commit_count(heard("a"), heard_s=3.0) == 1
    assert policy.commit_count([], heard_s=4.0) == 0
    assert policy.commit_count(heard("b"), heard_s=5.0) == 0


def alignatt() -> AlignAtt:
    return AlignAtt(hold_s=0.4, sure=0.7, patience=2.0)


@pytest.mark.parametrize(("heard_s", "count"), [(0.5, 0), (0.89, 0), (0.91, 1), (1.41, 2), (10.0, 3)])
def test_a_word_is_promised_when_enough_was_heard_behind_it_and_the_last_never(heard_s, count):
    assert alignatt().commit_count(heard("a", "b", "c", "d"), heard_s=heard_s) == count


def test_a_word_for_which_the_decoder_still_listens_at_the_end_waits_and_so_do_those_behind_it():
    words = heard("a", "b", "c", "d", attended_s={1: 3.8})
    assert alignatt().commit_count(words, heard_s=4.0) == 1
    assert alignatt().commit_count(words, heard_s=4.3) == 3


def test_an_unsure_word_waits_longer_or_for_a_second_hypothesis():
    unsure = heard("a", "b", "c", confidence=0.5)
    assert alignatt().commit_count(unsure, heard_s=1.0) == 0
    assert alignatt().commit_count(unsure, heard_s=1.31) == 1
    policy = alignatt()
    policy.commit_count(unsure, heard_s=0.6)
    assert policy.commit_count(heard("A,", "x", "c", confidence=0.5), heard_s=1.0) == 1


def test_the_less_probable_a_word_the_longer_it_waits_and_a_guess_even_when_decodings_agree():
    def waits_s(confidence: float, *, agreed: bool = False) -> float:
        for tenths in range(5, 100):
            policy, words = alignatt(), heard("a", "b", confidence=confidence)
            if agreed:
                policy.commit_count(words, heard_s=0.5)
            if policy.commit_count(words, heard_s=tenths / 10 + 0.01):
                return tenths / 10 - 0.5
        raise AssertionError("it waits for ever")

    assert waits_s(0.9) == waits_s(0.7) < waits_s(0.5) < waits_s(0.3) < waits_s(0.0)
    assert waits_s(0.5, agreed=True) == waits_s(0.9)
    assert waits_s(0.2, agreed=True) == waits_s(0.2)


def test_agreement_does_not_hasten_a_word():
    policy = alignatt()
    for heard_s in (0.5, 0.6, 0.7, 0.8):
        assert policy.commit_count(heard("a", "b"), heard_s=heard_s) == 0


@pytest.mark.parametrize("words", [[], heard("a")])
def test_with_no_word_behind_nothing_is_promised(words):
    assert alignatt().commit_count(words, heard_s=100.0) == 0


@pytest.mark.parametrize("name", POLICIES)
def test_a_new_utterance_begins_without_memories(name):
    words = heard("a", "b", "c", confidence=0.5)
    used, fresh = (make_policy(SessionOptions(policy=name)) for _ in range(2))
    used.commit_count(words, heard_s=1.0)
    used.reset()
    assert used.commit_count(words, heard_s=1.2) == fresh.commit_count(words, heard_s=1.2)


def test_an_unknown_policy_is_refused_with_the_known_ones():
    with pytest.raises(LiveTranslateError, match="alignatt, local_agreement, at_the_end") as refused:
        make_policy(SessionOptions(policy="guess"))
    assert refused.value.code is ErrorCode.OPTION_INVALID


def test_words_are_compared_without_marks():
    assert [comparable(text) for text in ("“So,”", "SO", "Mr.", "…", "don't", "ß")] == [
        "so", "so", "mr", "", "don't", "ss",
    ]  # fmt: skip
    assert common_prefix(["a", "b"], ["a", "b", "c"]) == 2
    assert common_prefix(["a", "b"], ["b", "a"]) == 0
    assert common_prefix([], ["a"]) == 0
