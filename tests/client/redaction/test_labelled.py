"""The labelled texts: that they are sound, and how much of them is found."""

from collections import Counter
from pathlib import Path

import pytest

from livetranslate.redaction import ALL_PATTERNS
from livetranslate.redaction.evaluation import LabelledText, Score, read_labelled, score

DATA = Path(__file__).resolve().parents[2] / "data" / "redaction"
LANGUAGES = ("en", "es", "de", "zh", "fr")
RECALL, PRECISION = 0.98, 0.95


def labelled(split: str) -> list[LabelledText]:
    return [text for language in LANGUAGES for text in read_labelled(DATA / f"{language}.jsonl", split=split)]


def misses(row: Score) -> tuple[int, int]:
    return row.labelled - row.right, row.found - row.right


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_enough_with_and_without_personal_data(language):
    texts = read_labelled(DATA / f"{language}.jsonl")
    assert len(texts) >= 60
    assert sum(not text.spans for text in texts) >= 20
    assert len({text.text for text in texts}) == len(texts)
    halves = Counter(text.split for text in texts)
    assert set(halves) == {"dev", "test"}
    assert abs(halves["dev"] - halves["test"]) <= 1
    for half in halves:
        assert {span.kind for text in texts if text.split == half for span in text.spans} >= ALL_PATTERNS


def test_the_development_half_in_each_language_and_kind():
    rows = score(labelled("dev"))
    assert len(rows) == len(LANGUAGES) * len(ALL_PATTERNS) + len(ALL_PATTERNS) + 1
    low = [row for row in rows if (row.recall or 0) < RECALL or (row.precision or 0) < PRECISION]
    assert low == []


def test_the_test_half_as_a_whole():
    total = score(labelled("test"))[-1]
    assert total.recall is not None
    assert total.precision is not None
    assert total.recall >= RECALL
    assert total.precision >= PRECISION


def test_the_test_half_in_each_language_and_kind_misses_no_more_than_was_measured():
    """Patterns were not changed after this was measured, so two cells stay below what is aimed at; see privacy.md."""
    cells = [row for row in score(labelled("test")) if row.language != "all"]
    measured = {("en", "email"): (1, 1), ("fr", "phone"): (1, 0)}
    worse = {
        (row.language, row.kind.value): misses(row)
        for row in cells
        if row.kind and misses(row) > measured.get((row.language, row.kind.value), (0, 0))
    }
    assert worse == {}
