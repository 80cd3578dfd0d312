"""Folded text leads back to the source, whatever was dropped, joined or replaced."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetranslate.redaction.folding import fold
from livetranslate.redaction.kinds import Span
from livetranslate.redaction.spoken_digits import with_digits


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("１３８－Ａ＠ｂ．ｃ", "138-A@b.c"),
        ("٣٤٥", "345"),
        ("a\u00adb\u200bc\ufeff", "abc"),
        ("guio\u0301n", "guión"),
        ("5\u20115\u00a05", "5-5 5"),
        ("½ㅤ", "½ㅤ"),
        ("fİve", "fIve"),
    ],
)
def test_forms_become_plain(source, folded):
    assert fold(source).text.replace("ᅠ", "ㅤ") == folded


def test_a_span_covers_what_its_characters_came_from():
    source = "x １\u200b３\u200b８ gu\u0308t"
    folded = fold(source)
    at = folded.text.index("138")
    span = folded.source(Span(at, at + 3))
    assert source[span.start : span.end] == "１\u200b３\u200b８"
    at = folded.text.index("ü")
    assert source[slice(*folded.source(Span(at, at + 1)))] == "u\u0308"


def test_replaced_words_lead_to_the_whole_word():
    source = "ruf null eins\u00a0fünf fünf an"
    folded = with_digits(fold(source))
    assert folded.text == "ruf 0 1 5 5 an"
    at = folded.text.index("0 1 5 5")
    assert source[slice(*folded.source(Span(at, at + 7)))] == "null eins\u00a0fünf fünf"


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("five five five oh one double two", "5 5 5 0 1 22"),
        ("Seis, uno, dos", "6, 1, 2"),
        ("zéro six un deux", "0 6 1 2"),
        ("幺三八零", "1380"),
        ("one or two days", "one or two days"),
        ("一下三个人", "一下三个人"),
        ("someone two three four", "someone 2 3 4"),
    ],
)
def test_digits_that_are_said(said, digits):
    assert with_digits(fold(said)).text == digits


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_every_character_has_a_place_in_the_source(source):
    folded = fold(source)
    places = [folded.source(Span(index, index + 1)) for index in range(len(folded.text))]
    assert all(0 <= start < end <= len(source) for start, end in places)
    assert all(before.end <= after.start for before, after in pairwise(places))
