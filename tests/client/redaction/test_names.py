"""Names: what a finder gives is fitted to what patterns found; spaCy is loaded or said to be missing."""

import importlib.util

import pytest

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.redaction import Find, Kind, SpacyNames, load_names, redact

HAS_SPACY = importlib.util.find_spec("spacy") is not None


def always(*finds: Find):
    return lambda text: finds


def test_a_name_beside_a_pattern_is_cut_to_what_is_left():
    text = "Anna Lopez, anna@example.com, called"
    redacted = redact(text, names=always(Find(0, 28, Kind.NAME)))
    assert redacted.text == "[NAME], [EMAIL], called"
    assert redacted.finds[0] == Find(0, 10, Kind.NAME)


def test_a_name_over_a_placeholder_leaves_it():
    assert redact("[EMAIL] Anna", names=always(Find(0, 12, Kind.NAME))).text == "[EMAIL] [NAME]"


def test_names_that_overlap_count_once():
    names = always(Find(0, 10, Kind.NAME), Find(5, 10, Kind.NAME))
    assert redact("Anna Lopez spoke", names=names).text == "[NAME] spoke"


@pytest.mark.parametrize("find", [Find(0, 9, Kind.NAME), Find(2, 2, Kind.NAME), Find(0, 2, Kind.EMAIL)])
def test_a_finder_that_gives_nonsense_is_named(find):
    with pytest.raises(LiveTranslateError, match=r"The finder of names gave .* in a text of 4 characters"):
        redact("Anna", names=always(find))


@pytest.mark.skipif(HAS_SPACY, reason="spaCy is installed")
def test_spacy_that_is_not_installed_is_said_with_what_to_run():
    with pytest.raises(LiveTranslateError, match=r"pip install spacy.*download de_core_news_sm") as missing:
        load_names("de")
    assert missing.value.code is ErrorCode.MODEL_UNAVAILABLE


@pytest.mark.skipif(not HAS_SPACY, reason="needs spaCy")
def test_a_package_that_is_not_installed_is_said_with_what_to_run():
    with pytest.raises(LiveTranslateError, match="download no_such_package"):
        load_names("fi", package="no_such_package")


@pytest.fixture
def ruled() -> SpacyNames:
    """A real pipeline without weights: its entities come from rules."""
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "PERSON", "pattern": "Anna Lopez"},
            {"label": "GPE", "pattern": "Boston"},
            {"label": "FAC", "pattern": "Willow Street"},
            {"label": "LOC", "pattern": "Calle Mayor"},
        ]
    )
    return SpacyNames(pipeline)


def test_people_are_names_and_places_with_a_house_are_addresses(ruled):
    text = "Anna Lopez of Boston lives at 14 Willow Street, then at Calle Mayor, 5."
    assert redact(text, names=ruled).text == "[NAME] of Boston lives at [ADDRESS], then at [ADDRESS]."


def test_offsets_hold_in_long_texts_and_beside_lone_surrogates(ruled):
    text = "\ud800 " + "word " * 30_000 + "Anna Lopez\n" + "word " * 30_000 + "Anna Lopez"
    finds = redact(text, names=ruled).finds
    assert [text[find.start : find.end] for find in finds] == ["Anna Lopez", "Anna Lopez"]
