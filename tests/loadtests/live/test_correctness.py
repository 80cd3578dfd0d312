from loadtests.live.correctness import problems_of
from tests.loadtests.live.sessions import done, final, partial, recorded


def test_a_session_that_keeps_its_word_has_no_problems() -> None:
    assert problems_of(recorded(partial("And", "so"), partial("so", ""), final("And so on."), done(2.0))) == []


def test_a_final_that_changes_a_committed_word_is_found() -> None:
    (problem,) = problems_of(recorded(partial("And sew", ""), final("And so"), done(2.0)))
    assert problem == "utterance 0: committed 'And sew', final 'And so'"


def test_committed_words_without_a_final_are_lost() -> None:
    (problem,) = problems_of(recorded(partial("And", ""), done(2.0)))
    assert "has no final" in problem


def test_words_after_the_final_and_a_second_final_are_found() -> None:
    found = problems_of(recorded(final("And"), partial("so", ""), final("And so"), done(2.0)))
    assert any("after its final" in problem for problem in found)
    assert "utterance 0: two finals" in found


def test_audio_that_was_not_heard_is_found() -> None:
    assert problems_of(recorded(done(1.5), sent_s=2.0)) == ["2.00 s of audio were sent, 1.50 s were heard"]


def test_a_stream_that_breaks_off_is_found() -> None:
    recording = recorded(partial("", "and"))
    recording.failure = "[CONNECTION_FAILED] gone"
    assert problems_of(recording) == ["[CONNECTION_FAILED] gone", "the last event is not done"]


def test_a_gap_in_the_numbers_is_found() -> None:
    recording = recorded(partial("", "and"), partial("", "and so"), done(2.0))
    del recording.events[1]
    assert problems_of(recording) == ["sequence numbers have a gap"]
