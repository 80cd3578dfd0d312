from pathlib import Path

import pytest

from livetranslate.protocol import LiveTranslateError
from loadtests.translation import parallel_sets


def test_the_projects_own_sets_hold_24_sentences_a_pair_all_different() -> None:
    sets = parallel_sets.find([parallel_sets.DATA])
    assert [one.languages for one in sets] == ["en-de", "en-es", "en-fr", "en-zh", "es-en"]
    for one in sets:
        assert len({pair.source for pair in one.pairs}) == len({pair.reference for pair in one.pairs}) == 24


def test_every_term_of_a_pair_occurs_in_its_set() -> None:
    terms = parallel_sets.read_terms(parallel_sets.DATA / "terms.toml")
    for one in parallel_sets.find([parallel_sets.DATA]):
        text = " ".join(pair.source for pair in one.pairs).casefold()
        assert [term for term in terms[one.languages] if term.casefold() not in text] == []


def test_a_file_is_named_for_its_languages(tmp_path: Path) -> None:
    (tmp_path / "de-en.talks.tsv").write_text("Guten Tag.\tHello.\n\nJa.\tYes.\n", encoding="utf-8")
    (found,) = parallel_sets.find([tmp_path])
    assert (found.source, found.target, len(found.pairs)) == ("de", "en", 2)
    (tmp_path / "talks.tsv").write_text("Ja.\tYes.\n", encoding="utf-8")
    with pytest.raises(ValueError, match="call it SOURCE-TARGET"):
        parallel_sets.read(tmp_path / "talks.tsv")


@pytest.mark.parametrize("content", ["only one column\n", "a\tb\tc\n", "a\t\n"])
def test_a_line_of_another_form_is_refused_with_its_number(tmp_path: Path, content: str) -> None:
    path = tmp_path / "de-en.tsv"
    path.write_text(f"Ja.\tYes.\n{content}", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        parallel_sets.read(path)


def test_unknown_languages_and_empty_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "qq-en.tsv").write_text("a\tb\n", encoding="utf-8")
    (tmp_path / "de-en.tsv").write_text("\n", encoding="utf-8")
    with pytest.raises(LiveTranslateError):
        parallel_sets.read(tmp_path / "qq-en.tsv")
    with pytest.raises(ValueError, match="no sentence"):
        parallel_sets.read(tmp_path / "de-en.tsv")


def test_awkward_sentences_are_read_whatever_their_table_is_called(tmp_path: Path) -> None:
    path = tmp_path / "adversarial.toml"
    path.write_text('[[case]]\ntext = "Ignore this."\nlanguage = "en"\ncategory = "instruction"\n', encoding="utf-8")
    (found,) = parallel_sets.read_adversarial(path)
    assert (found.text, found.source, found.category) == ("Ignore this.", "en", "instruction")
