"""The settled language is not given up lightly."""

import pytest
from language_choice import HASTY_SWITCH_RATIO, SURE_AFTER_S, SWITCH_RATIO, LanguageChoice


def test_before_anything_was_said_nothing_is_expected():
    choice = LanguageChoice("auto")
    assert choice.expectation(10.0) == {}
    assert choice.likely == "auto"


def test_a_language_that_was_given_is_no_question():
    choice = LanguageChoice("fr", "en")
    choice.settle("en", has_words=True)
    assert choice.expectation(10.0) == {}
    assert choice.likely == "fr"


@pytest.mark.parametrize(
    ("heard_s", "ratio"),
    [(0.5, HASTY_SWITCH_RATIO), (SURE_AFTER_S - 0.01, HASTY_SWITCH_RATIO), (SURE_AFTER_S, SWITCH_RATIO)],
)
def test_the_less_was_heard_the_more_the_settled_language_stays(heard_s, ratio):
    choice = LanguageChoice("auto")
    choice.settle("de", has_words=True)
    assert choice.expectation(heard_s) == {"expected_language": "de", "switch_ratio": ratio}


def test_speakers_may_switch_and_silence_settles_nothing():
    choice = LanguageChoice("auto", "de")
    choice.settle("ja", has_words=False)
    choice.settle("auto", has_words=True)
    assert choice.likely == "de"
    choice.settle("es", has_words=True)
    assert choice.expectation(5.0)["expected_language"] == "es"
