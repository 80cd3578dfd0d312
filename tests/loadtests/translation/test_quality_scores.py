from dataclasses import asdict

import pytest
from loadtests.translation.quality_scores import Judged, score
from loadtests.translation.tables import quality_markdown

from livetranslate.protocol import TranslationFlag

GOOD = Judged("Good morning, everyone.", "Buenos días a todos.", "Buenos días a todos.")


def test_a_translation_like_its_reference_scores_full() -> None:
    found = score([GOOD] * 3, target="es")
    assert (found.sentences, found.unclean, found.untranslated) == (3, 0, 0)
    assert found.chrf == pytest.approx(100.0)
    assert found.bleu == pytest.approx(100.0)


def test_source_text_that_was_passed_on_scores_as_nothing_and_is_no_violation() -> None:
    passed = Judged("Good morning.", "Buenos días.", "", untranslated=True, figures=("3",), figures_lost=("3",))
    found = score([passed], target="es")
    assert (found.untranslated, found.unclean, found.chrf, found.figures) == (1, 0, 0.0, 0)


def test_a_lost_number_is_silent_unless_the_sentence_says_so() -> None:
    lost = {"figures": ("3", "8:30"), "figures_lost": ("3",)}
    flagged = Judged("a", None, "b", flags=(TranslationFlag.NUMBER_LOST,), **lost)
    found = score([Judged("a", None, "b", **lost), flagged], target="es")
    assert found.figures_kept == pytest.approx(0.5)
    assert (found.figures_lost, found.figures_lost_silently) == (2, 1)


def test_terms_are_counted_one_by_one() -> None:
    found = score([Judged("a", None, "b", terms=("lift", "clinic"), terms_missed=("lift",))], target="es")
    assert (found.terms_kept, found.terms_missed_silently) == (0.5, 1)


def test_without_references_numbers_or_terms_there_is_no_score_instead_of_a_good_one() -> None:
    found = score([Judged("a", None, "b")], target="es")
    assert (found.chrf, found.bleu, found.figures_kept, found.terms_kept) == (None, None, None, None)


def test_chinese_is_scored_by_characters() -> None:
    found = score([Judged("a", "我们先谈预算，然后再谈日程。", "我们先谈预算，然后再谈日程。")], target="zh")
    assert found.bleu == pytest.approx(100.0)


def test_failures_violations_and_wrong_languages_are_counted_apart() -> None:
    judged = [
        GOOD,
        Judged("a", "b", "", failure="MODEL_UNAVAILABLE: …"),
        Judged("a", "b", "Here is: b", violations=("preamble",)),
        Judged("a", "b", "c", violations=("wrong_language",), is_wrong_language=True),
    ]
    found = score(judged, target="es")
    assert (found.failed, found.unclean, found.wrong_language) == (1, 2, 1)


def test_a_report_states_every_score_with_its_count() -> None:
    found = score([Judged("3 a", "b", "b", figures=("3", "4"), figures_lost=("4",))], target="es")
    row = {"set": "en-es", "languages": "en-es", "variant": "alone", **asdict(found)}
    row |= {"figures_kept": found.figures_kept, "terms_kept": found.terms_kept}
    text = "\n".join(quality_markdown({"llm": "qwen", "through": "translator", "rows": [row]}))
    assert "| en-es | en-es | alone | 1 | 100.0 |" in text
    assert "| 0.50 of 2 | 1 | – | 0 |" in text
