"""What is shown of words that may change."""

import pytest
from unstable_text import presentable
from utterance import HeardWord


def heard(*words: tuple[str, float], attended_s: float = 0.0) -> list[HeardWord]:
    return [HeardWord(text, i * 1.0, i + 0.8, max(attended_s, i + 0.5), sure) for i, (text, sure) in enumerate(words)]


@pytest.mark.parametrize(
    ("words", "heard_s", "shown"),
    [
        ([], 1.0, ""),
        ([("so", 0.9), ("my", 0.3)], 2.0, "so"),  # heard half, perhaps
        ([("so", 0.9), ("my", 0.3)], 2.4, "so my"),  # enough came behind it
        ([("so", 0.9), ("my", 0.8)], 2.0, "so my"),  # sure of itself
        ([("so", 0.9), ("friends.", 0.8)], 2.0, "so friends"),  # a sentence that may go on
        ([("so", 0.9), ("friends.", 0.8)], 2.4, "so friends."),
        ([("well…", 0.8)], 1.0, "well"),
        ([("so", 0.1)], 1.0, ""),
    ],
)
def test_the_newest_word_waits_while_it_is_doubtful(words, heard_s, shown):
    assert presentable(heard(*words), heard_s=heard_s, language="en") == shown


def test_a_word_that_is_still_listened_for_is_fresh():
    words = heard(("so", 0.3), attended_s=4.8)
    assert presentable(words, heard_s=5.0, language="en") == ""
    assert presentable(words, heard_s=5.4, language="en") == "so"


def test_text_is_joined_as_the_language_writes_it():
    assert presentable(heard(("你", 0.9), ("好。", 0.9)), heard_s=5.0, language="zh") == "你好。"
    assert presentable(heard(("你", 0.9), ("好。", 0.9)), heard_s=1.9, language="zh") == "你好"
