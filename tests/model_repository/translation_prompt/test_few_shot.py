"""Example sentences for any language pair."""

from pathlib import Path

import pytest

from livetranslate.protocol import LANGUAGES

LISTED = ("es", "fr", "de", "zh", "it", "pt", "ja", "ru", "ko")
PARALLEL = Path(__file__).resolve().parents[3] / "tests" / "data" / "parallel"


def test_every_sentence_is_in_every_language_of_the_set(few_shot):
    first = set(few_shot.sentences[0])
    assert {"en", *LISTED} <= first <= set(LANGUAGES)
    assert all(set(sentence) == first for sentence in few_shot.sentences)


@pytest.mark.parametrize("source", ["en", "zh", "fr"])
@pytest.mark.parametrize("target", LISTED)
def test_a_listed_pair_gets_examples_of_its_two_languages(few_shot, source, target):
    if source == target:
        pytest.skip("not a pair")
    pairs = few_shot.examples(source, target)
    assert [(pair.source, pair.target) for pair in pairs] == [
        (sentence[source], sentence[target]) for sentence in few_shot.sentences
    ]


def test_an_unlisted_source_is_replaced_by_english(few_shot):
    assert few_shot.examples("sw", "es") == few_shot.examples("en", "es")


def test_an_unlisted_source_into_english_is_not_replaced_by_english(few_shot):
    assert all(pair.source != pair.target for pair in few_shot.examples("sw", "en"))


def test_an_unlisted_target_gets_no_examples(few_shot):
    assert few_shot.examples("en", "sw") == ()


def test_a_source_to_be_detected_gets_examples_of_several_languages(few_shot):
    sources = [pair.source for pair in few_shot.examples("auto", "es")]
    languages = {
        language
        for source, sentence in zip(sources, few_shot.sentences, strict=True)
        for language, text in sentence.items()
        if text == source
    }
    assert len(languages) == len(sources)
    assert "es" not in languages


def test_no_example_is_in_a_test_set(few_shot):
    tested = {text for file in PARALLEL.glob("*.tsv") for text in file.read_text(encoding="utf-8").split("\t")}
    assert tested
    assert not any(text in tested for sentence in few_shot.sentences for text in sentence.values())
