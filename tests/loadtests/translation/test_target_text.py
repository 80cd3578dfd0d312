import pytest
from loadtests.translation.live_run import taken_back
from loadtests.translation.target_text import erasure, pieces_of, target_words, units, whole_text
from tests.loadtests.translation.sessions import growing, heard, recorded, said, translated

from livetranslate.protocol import TranslationFlag


def test_a_word_counts_from_when_it_was_committed_not_from_when_it_was_shown() -> None:
    pieces = pieces_of(
        recorded(
            growing("buenas tardes", at=1.0),
            growing("buenos días", at=2.0, committed="buenos"),
            translated("buenos días", at=3.0),
        ),
        "es",
    )
    assert [(word.text, word.at_s) for word in target_words(pieces, "es")] == [("buenos", 2.0), ("días", 3.0)]


def test_the_words_of_a_piece_are_taken_as_spread_over_its_audio() -> None:
    pieces = pieces_of(recorded(translated("uno dos tres cuatro", at=3.0, end_s=2.0)), "es")
    assert [word.said_s for word in target_words(pieces, "es")] == [0.5, 1.0, 1.5, 2.0]


def test_what_had_been_heard_is_that_of_the_source_words_however_late_the_translation() -> None:
    pieces = pieces_of(
        recorded(
            heard("good", at=1.0, end_s=0.5),
            heard("morning", at=1.6, end_s=1.2),
            said("good morning", at=2.5, end_s=2.0),
            growing("buenos", at=5.0, committed="buenos", end_s=1.0),
            translated("buenos días", at=6.0, end_s=2.0),
        ),
        "es",
    )
    assert [word.heard_s for word in target_words(pieces, "es")] == [1.0, 2.0]


def test_another_languages_text_is_left_out() -> None:
    recording = recorded(translated("guten Morgen", at=1.0, language="de"), translated("buenos días", at=2.0))
    assert whole_text(pieces_of(recording, "es"), "es") == "buenos días"


def test_a_final_ends_its_piece_and_what_follows_in_the_utterance_is_another() -> None:
    recording = recorded(translated("Uno.", at=1.0), growing("Do", at=1.5), translated("Dos.", at=2.0))
    pieces = pieces_of(recording, "es")
    assert [piece.text for piece in pieces] == ["Uno.", "Dos."]


def test_utterances_that_overlap_in_time_are_kept_apart() -> None:
    recording = recorded(
        growing("uno", at=1.0, utterance=0),
        growing("dos", at=1.5, utterance=1),
        translated("Uno.", at=2.0, utterance=0),
        translated("Dos.", at=3.0, utterance=1),
    )
    assert [(piece.text, len(piece.states)) for piece in pieces_of(recording, "es")] == [("Uno.", 2), ("Dos.", 2)]


def test_flags_and_source_text_that_passed_are_told() -> None:
    flags = (TranslationFlag.UNAVAILABLE,)
    (piece,) = pieces_of(recorded(translated("good morning", at=1.0, untranslated=True, flags=flags)), "es")
    assert piece.untranslated
    assert piece.flags == flags


def test_erasure_pools_the_words_of_all_pieces() -> None:
    pieces = pieces_of(
        recorded(
            growing("a b", at=1.0),
            translated("a x c", at=2.0),
            translated("d", at=3.0, utterance=1),
        ),
        "es",
    )
    assert erasure(pieces, "es") == pytest.approx(1 / 4)
    assert erasure([], "es") == 0.0


def test_a_word_that_is_still_being_written_is_not_taken_back() -> None:
    pieces = pieces_of(recorded(growing("los compañ", at=1.0), translated("los compañeros", at=2.0)), "es")
    assert erasure(pieces, "es") == 0.0


def test_languages_without_spaces_are_counted_in_characters() -> None:
    assert units("你好 世界", "zh") == ["你", "好", "世", "界"]
    assert units("buenos  días", "es") == ["buenos", "días"]


def test_committed_text_that_does_not_stay_is_a_problem() -> None:
    steady = pieces_of(recorded(growing("a b", at=1.0, committed="a"), translated("a c", at=2.0)), "es")
    broken = pieces_of(recorded(growing("a b", at=1.0, committed="a b"), translated("a c", at=2.0)), "es")
    assert taken_back(steady, "es") == []
    assert taken_back(broken, "es") == ["es: committed 'a b', then 'a c'"]
