"""What a recogniser says twice at an edge goes, what people say twice stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repeated_edge import LEAST_WORDS, without_repeated_edge


@pytest.mark.parametrize(
    ("previous", "text", "language", "cleaned"),
    [
        ("We walked to the old market", "the old market and bought bread.", "en", "and bought bread."),
        ("We walked to the old market.", "The old market, was closed.", "en", "was closed."),
        ("so I went to", "To the sea.", "en", "To the sea."),  # one word may be chance
        ("I said that it’s fine", "it's fine for me", "en", "for me"),
        ("he paid 3.5 million", "3.5 million — and left", "en", "and left"),
        ("Wir fahren nach Hause", "nach Hause, weil es regnet", "de", "weil es regnet"),
        ("il est parti à la maison", "À la maison il fait froid", "fr", "il fait froid"),
        ("vamos a la playa", "a la playa mañana", "es", "mañana"),
        ("हम घर जा रहे हैं", "जा रहे हैं और खाना", "hi", "और खाना"),
        ("我们今天去公园", "今天去公园玩一玩", "zh", "玩一玩"),
        ("我们去公园", "去公园玩", "zh", "去公园玩"),  # three characters
        ("最后说谢谢大家", "谢谢大家，再见", "zh", "再见"),
        ("昨日は東京に行きました", "行きました、それから", "ja", "それから"),
        ("これはiPhoneの新しい", "iPhoneの新しいモデル", "ja", "モデル"),
        ("วันนี้เราไปตลาด", "เราไปตลาดกันนะ", "th", "กันนะ"),
    ],
)
def test_an_echo_is_removed(previous, text, language, cleaned):
    assert without_repeated_edge(previous, text, language) == cleaned


@pytest.mark.parametrize(
    ("previous", "text", "language"),
    [
        ("he said no, no, no", "no, no, no, I will not", "en"),
        ("location, location", "location, location and price", "en"),
        ("it is very very", "very very good", "en"),
        ("come on come on", "come on come on now", "en"),
        ("and then I said go on", "go on go on do it", "en"),
        ("Good evening. Thank you.", "Thank you very much.", "en"),
        ("Yes we can!", "Yes we can, and we will.", "en"),
        ("“Thank you.”", "Thank you all.", "en"),
        ("we go home", "we go home", "en"),  # the whole text
        ("we go home", "Go home.", "en"),
        ("he says 哈哈哈哈", "哈哈哈哈你好", "zh"),
        ("谢谢大家。", "谢谢大家的帮助。", "zh"),
        ("the red car", "a red car came", "en"),
        ("", "hello there", "en"),
        ("hello there", "", "en"),
        ("...", "— …", "en"),
    ],
)
def test_what_may_be_meant_stays(previous, text, language):
    assert without_repeated_edge(previous, text, language) == text


words = st.lists(st.sampled_from(["a", "b", "c", "d.", "E", "f,"]), max_size=8).map(" ".join)


@given(words, words)
def test_only_repeated_words_at_the_beginning_ever_go(previous, text):
    kept = without_repeated_edge(previous, text, "en")
    assert text.endswith(kept)
    assert bool(kept) == bool(text)
    removed = text[: len(text) - len(kept)].split()
    assert len(removed) == 0 or len(removed) >= LEAST_WORDS
    bare = [word.strip(".,").lower() for word in previous.split()]
    assert [word.strip(".,").lower() for word in removed] == (bare[-len(removed) :] if removed else [])
