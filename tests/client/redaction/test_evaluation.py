"""Scores: counted by hand on texts made for it."""

import pytest

from livetranslate.protocol import LiveTranslateError
from livetranslate.redaction import Find, Kind
from livetranslate.redaction.evaluation import LabelledText, Score, read_labelled, score

FOUND = LabelledText("Ask anna@example.com", (Find(4, 20, Kind.EMAIL),), language="en")
MISSED = LabelledText("Ask Anna", (Find(4, 8, Kind.EMAIL),), language="en")
WRONG = LabelledText("Ping 192.0.2.1", (), language="de")
NAMED = LabelledText("Ask Anna", (Find(4, 8, Kind.NAME),), language="en")


def test_recall_precision_and_leaks():
    rows = {(row.language, row.kind): row for row in score([FOUND, MISSED, WRONG, NAMED])}
    assert rows["en", Kind.EMAIL] == Score("en", Kind.EMAIL, labelled=2, found=1, right=1, leaked=1)
    assert rows["en", Kind.EMAIL].recall == 0.5
    assert rows["en", Kind.EMAIL].precision == 1.0
    assert rows["de", Kind.IP].recall is None
    assert rows["de", Kind.IP].precision == 0.0
    assert rows["all", None] == Score("all", None, labelled=2, found=2, right=1, leaked=1)


def test_names_are_scored_where_there_is_a_finder():
    def anna(text: str) -> list[Find]:
        place = text.find("Anna")
        return [Find(place, place + 4, Kind.NAME)] if place >= 0 else []

    rows = {(row.language, row.kind): row for row in score([NAMED, FOUND], names={"en": anna})}
    assert rows["en", Kind.NAME] == Score("en", Kind.NAME, labelled=1, found=1, right=1, leaked=0)
    assert ("en", Kind.NAME) not in {(row.language, row.kind) for row in score([NAMED, FOUND])}


def test_a_split_of_a_file(tmp_path):
    file = tmp_path / "en.jsonl"
    file.write_text('{"text": "a", "split": "dev", "spans": []}\n{"text": "b", "split": "test", "spans": []}\n')
    assert [text.text for text in read_labelled(file, split="test")] == ["b"]
    assert [text.language for text in read_labelled(file)] == ["en", "en"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "ab", "spans": [{"kind": "ip", "start": 1, "end": 3}]}', "a span from 1 to 3 of 2 characters"),
        ('{"text": "ab", "spans": [{"kind": "shoe", "start": 0, "end": 1}]}', "shoe"),
        ("{", "truncated"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, reason):
    file = tmp_path / "en.jsonl"
    file.write_text('{"text": "a", "spans": []}\n' + line + "\n")
    with pytest.raises(LiveTranslateError, match=rf"en\.jsonl, line 2: .*{reason}"):
        read_labelled(file)
