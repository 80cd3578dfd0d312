"""Figures that a translation loses are found, and none that it only says in another way."""

from pathlib import Path

import pytest
from digit_formats import plain_digits, readings
from han_numerals import parse
from number_check import lost
from tests.model_repository.translator.reference_pairs import pairs, read

LABELLED = read(Path(__file__).with_name("number_pairs.toml"))["pair"]


@pytest.mark.parametrize("pair", LABELLED, ids=lambda pair: f"{pair['source']} > {pair['answer']}"[:70])
def test_labelled_pairs(pair):
    languages = {"source_language": pair["source_language"], "target_language": pair["target_language"]}
    assert list(lost(pair["source"], pair["answer"], **languages)) == pair["lost"]


def test_right_translations_lose_nothing():
    found = {
        (pair.source, pair.target): missing
        for pair in pairs()
        if (
            missing := lost(
                pair.source, pair.target, source_language=pair.source_language, target_language=pair.target_language
            )
        )
    }
    # The reference says "at five o'clock" twice over: 五五点.
    assert {source for source, target in found if "五五点" not in target} == set()


@pytest.mark.parametrize("target", ["es", "de", "fr", "it", "pt", "nl", "zh", "ja", "ru", "pl", "ar", "tr"])
def test_a_number_in_digits_that_is_missing_is_lost_in_every_language(target):
    assert lost("Room 4711 is free.", "—", source_language="en", target_language=target) == ("4711",)


@pytest.mark.parametrize(
    ("number", "language", "values"),
    [
        ("1,000.50", "en", [1000.5]),
        ("1.000,50", "de", [1000.5]),
        ("1 000,50", "fr", [1000.5]),
        ("1,000", "en", [1000, 1]),
        ("1,000", "de", [1, 1000]),
        ("1.5", "en", [1.5]),
        ("1'000'000", "de", [1_000_000]),
        ("3.11.2", "en", []),
        ("3,4,5", "en", [3, 4, 5]),
        ("0.125", "en", [0.125]),
    ],
)
def test_digit_formats(number, language, values):
    assert [float(value) for value in readings(number, language)] == values


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("１２：３０", "12:30"),
        ("٣٠٠", "300"),
        ("३००", "300"),
        ("２½", "2.5"),
        ("½", "0.5"),
        ("m²", "m²"),
        ("１，０００", "1,000"),
    ],
)
def test_digits_of_other_scripts(text, plain):
    assert plain_digits(text) == plain


@pytest.mark.parametrize(
    ("run", "values"),
    [
        ("三百五十万", [3_500_000]),
        ("二零二四", [2024]),
        ("十", [10]),
        ("二十一", [21]),
        ("一万零五", [10_005]),
        ("两千五", [2005, 2500]),
        ("1万5千", [15_000]),
        ("3.5亿", [350_000_000]),
        ("一万亿", [10**12]),
        ("1亿2000万", [120_000_000]),
        ("千", [1000]),
    ],
)
def test_chinese_and_japanese_numerals(run, values):
    assert list(map(int, parse(run))) == values
