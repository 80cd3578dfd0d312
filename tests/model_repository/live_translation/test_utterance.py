"""An open utterance keeps what was committed and changes only what was not."""

from utterance import RETRY_AFTER_S, HeardWord, Utterance

from livetranslate.protocol import AUTO, WindowText, WindowWord, Word


def text(*words: str, start_s: float = 0.0) -> WindowText:
    starts = [start_s + i for i in range(len(words))]
    return WindowText("en", tuple(WindowWord(w, s, s + 0.8, s + 0.5, 0.9) for w, s in zip(words, starts, strict=True)))


def test_times_of_a_window_become_times_of_the_session():
    utterance = Utterance(0, 100.0)
    utterance.hear(text("and", "so"), 102.5)
    assert [(word.start_s, word.end_s, word.attended_s) for word in utterance.pending] == [
        (100.0, 100.8, 100.5), (101.0, 101.8, 101.5),
    ]  # fmt: skip
    assert (utterance.decoded_s, utterance.language) == (102.5, "en")


def test_no_word_begins_before_the_committed_ones_end():
    heard = HeardWord.of(WindowWord("so", 0.2, 0.4, 0.3, 0.9), 10.0, 11.0)
    assert (heard.start_s, heard.end_s) == (11.0, 11.0)
    assert heard.word == Word("so", 11.0, 11.0, 0.9)


def test_committed_words_leave_the_window_only_by_trimming():
    utterance = Utterance(0, 0.0)
    utterance.hear(text("a", "b", "c"), 3.0)
    assert [word.text for word in utterance.commit(2)] == ["a", "b"]
    assert [word.text for word in utterance.pending] == ["c"]
    assert [word.text for word in utterance.in_window] == ["a", "b"]
    utterance.trim(1, 1.0)
    assert [word.text for word in utterance.before_window] == ["a"]
    assert [word.text for word in utterance.in_window] == ["b"]
    utterance.hear(text("c", "d", start_s=1.0), 4.5)
    assert [word.text for word in utterance.committed] == ["a", "b"]
    assert utterance.pending[0].start_s == 2.0
    utterance.trim(1, 2.0)
    assert utterance.in_window == []


def test_only_a_decoding_of_all_the_speech_counts():
    utterance = Utterance(0, 5.0)
    assert (utterance.window_s, utterance.decoded_s, utterance.language) == (5.0, 5.0, AUTO)
    assert not utterance.has_heard(5.0)
    utterance.hear(text("a"), 6.0)
    assert utterance.has_heard(6.0)
    assert not utterance.has_heard(6.1)


def test_a_failure_is_forgotten_with_the_next_decoding():
    utterance = Utterance(0, 0.0)
    utterance.hear(text("a"), 1.0)
    utterance.failed = True
    assert not utterance.has_heard(1.0)
    assert utterance.is_given_up(1.0 + RETRY_AFTER_S / 2)
    assert not utterance.is_given_up(1.0 + RETRY_AFTER_S)
    utterance.hear(text("a"), 2.0)
    assert utterance.has_heard(2.0)
    assert not utterance.is_given_up(2.0)
