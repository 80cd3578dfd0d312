from loadtests.scoring.alignment import common_prefix, edits, matched_in_beginning, word_pairs


def test_a_common_beginning_ends_at_the_first_difference() -> None:
    assert common_prefix(["a", "b", "c"], ["a", "b", "x", "c"]) == 2
    assert common_prefix(["a", "b"], ["a", "b", "c"]) == 2
    assert common_prefix([], ["a"]) == 0


def test_words_are_paired_when_equal_or_substituted_but_not_when_added_or_left_out() -> None:
    reference = ["the", "cat", "sat", "on", "the", "red", "mat"]
    hypothesis = ["the", "bat", "sat", "the", "red", "old", "mat"]  # one substituted, "on" left out, "old" added
    assert word_pairs(reference, hypothesis) == [(0, 0), (1, 1), (2, 2), (4, 3), (5, 4), (6, 6)]
    assert edits(reference, hypothesis) == 3


def test_nothing_is_paired_with_nothing() -> None:
    assert word_pairs([], ["a"]) == []
    assert edits([], ["a", "b"]) == 2
    assert edits(["a"], []) == 1


def test_what_is_not_said_yet_is_no_error() -> None:
    assert matched_in_beginning(["and", "so"], ["and", "so", "my", "fellow", "americans"]) == {0, 1}


def test_a_wrong_word_is_not_matched_but_its_neighbours_are() -> None:
    assert matched_in_beginning(["and", "sew", "my"], ["and", "so", "my", "fellow"]) == {0, 2}


def test_an_added_word_does_not_shift_the_rest() -> None:
    assert matched_in_beginning(["and", "uh", "so", "my"], ["and", "so", "my", "fellow"]) == {0, 1, 2}


def test_a_repeated_word_counts_as_its_first_occurrence() -> None:
    final = ["ask", "not", "what", "you", "can", "do", "ask", "what"]
    assert matched_in_beginning(["ask"], final) == {0}
    assert matched_in_beginning(["ask", "knot", "what"], final) == {0, 2}
