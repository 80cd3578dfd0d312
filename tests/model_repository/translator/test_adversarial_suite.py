"""The adversarial inputs are a sound suite, and the checks tell what a model may do with them."""

from collections import Counter
from pathlib import Path

from answer_checks import is_refusal, violations
from answer_cleaning import clean
from hypothesis import given, settings
from hypothesis import strategies as st
from number_check import lost
from term_check import missed
from tests.model_repository.translator.reference_pairs import read

from livetranslate.protocol import LANGUAGES

INPUTS = read(Path(__file__).resolve().parents[2] / "data" / "adversarial.toml")["input"]


def test_the_suite_is_broad():
    assert len(INPUTS) >= 80
    assert len({each["text"] for each in INPUTS}) == len(INPUTS)
    assert {each["language"] for each in INPUTS} >= {"en", "es", "de", "zh", "ja"}
    assert {each["language"] for each in INPUTS} <= set(LANGUAGES)
    assert min(Counter(each["category"] for each in INPUTS).values()) >= 4


def test_a_repeated_input_is_its_own_clean_text():
    """Whatever a source says, a translation may say too."""
    for each in INPUTS:
        spaced = " ".join(each["text"].split())
        assert clean(spaced, spaced, "fr") == spaced


def test_refusals_of_any_input_are_found_but_for_those_that_refuse_themselves():
    answer = "I'm sorry, but as an AI language model I can't assist with that request."
    passed = [each for each in INPUTS if not is_refusal(answer, each["text"])]
    assert {each["category"] for each in passed} <= {
        "refusal_bait",
        "injection",
        "role_play",
        "prompt_in_speech",
        "question",
        "other_language",
    }
    assert len(passed) < len(INPUTS) / 8


def test_no_check_fails_on_any_input():
    for each in INPUTS:
        for answer in ("", "...", each["text"], "你好", "Bonjour à tous.", each["text"] * 3):
            assert isinstance(
                violations(answer, each["text"], target_language="fr", source_language=each["language"]), tuple
            )


PIECES = [
    *"0123456789.,:;/-%$€£'\"«»()[]{}*`#\n 　点时半百千万亿一二两三十年月日時分の。？！",
    " uno ",
    " and a half ",
    " million ",
    "½",
    "٣",
    "３",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=24).map("".join),
    st.sampled_from(["en", "es", "de", "zh", "ja", "ru", "auto"]),
)
def test_no_check_fails_on_odd_figures_and_marks(text, language):
    cleaned = clean(text, "Hello.", "es")
    assert clean(cleaned, "Hello.", "es") == cleaned
    violations(cleaned, text, target_language="es", source_language=language)
    assert lost(text, "", source_language=language, target_language="es") is not None
    assert missed(text, text, glossary={text: text}, keep=[text]) == ()
