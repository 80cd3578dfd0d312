"""Text to tokens and back to words, in languages with spaces and without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vocabulary import Vocabulary, is_closing

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.transcript import join_words


def spelt(vocabulary: Vocabulary, text: str, language: str) -> list[str]:
    groups = vocabulary.words(vocabulary.encode(text, language), language)
    return [vocabulary.decode(group) for group in groups]


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [("Hello", "en", " Hello"), ("你好", "zh", "你"), ("こんにちは", "ja", "こ"), ("안녕하세요", "ko", " ")],
)
def test_text_follows_text_with_a_space_where_the_language_writes_one(vocabulary, text, language, first):
    tokens = vocabulary.encode(text, language)
    assert vocabulary.decode(tokens).startswith(first)
    assert vocabulary.decode(tokens).strip() == text
    assert max(tokens) < vocabulary.end_id


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_is_no_tokens(vocabulary, text):
    assert vocabulary.encode(text, "en") == []


def test_special_tokens_cannot_be_smuggled_in(vocabulary):
    text = "so <|endoftext|> <|es|> it goes"
    tokens = vocabulary.encode(text, "en")
    assert max(tokens) < vocabulary.end_id
    assert vocabulary.decode(tokens) == f" {text}"
    assert max(vocabulary.encode("at <|0.00|> it", "en")) < vocabulary.end_id


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30), st.sampled_from(["en", "zh", "th"]))
def test_words_are_all_the_tokens_in_order(vocabulary, text, language):
    tokens = vocabulary.encode(text, language)
    groups = vocabulary.words(tokens, language)
    assert [token for group in groups for token in group] == tokens
    assert not any("\ufffd" in vocabulary.decode(group) for group in groups if "\ufffd" not in text)


def test_punctuation_stands_with_its_word(vocabulary):
    assert spelt(vocabulary, 'He said: "Well, cold-hearted!" (Mr. Dashwood\'s)…', "en") == [
        " He", " said:", ' "Well,', " cold-hearted!\"", " (Mr.", " Dashwood's)…",
    ]  # fmt: skip


def test_where_no_spaces_are_written_every_character_or_token_stands_alone(vocabulary):
    words = spelt(vocabulary, "我们坐在河边。你好吗？𠮷野家", "zh")
    assert join_words(words, "zh") == "我们坐在河边。你好吗？𠮷野家"
    assert len(words) >= 9
    assert all(any(not is_closing(character) for character in word) for word in words)
    assert {word[-1] for word in words} >= {"。", "？"}


def test_latin_words_in_chinese_are_whole_and_apart(vocabulary):
    text = "我们用 machine learning 和 OpenAI 做 35 个"
    tokens = vocabulary._tokenizer.encode(text, add_special_tokens=False).ids
    words = [vocabulary.decode(group).strip() for group in vocabulary.words(tokens, "zh")]
    assert {"machine", "learning", "OpenAI", "35"} <= set(words)
    assert join_words(words, "zh") == "我们用machine learning和OpenAI做35个"


def test_a_character_is_never_split(vocabulary):
    tokens = vocabulary.encode("我🦜", "zh")
    for count in range(1, len(tokens)):
        groups = vocabulary.words(tokens[:count], "zh")
        assert not any(vocabulary.ends_within_character(group) for group in groups[:-1])
    assert vocabulary.ends_within_character(tokens[:-1])
    assert not vocabulary.ends_within_character(tokens)


def test_bytes_that_are_no_text_do_not_swallow_the_words_behind_them(vocabulary):
    stray = vocabulary.encode("🦜", "zh")[:1]
    tokens = [*vocabulary.encode("one", "en"), *stray, *vocabulary.encode("two three", "en")]
    assert [vocabulary.decode(group).strip() for group in vocabulary.words(tokens, "en")][-1] == "three"


def test_closing_marks_are_counted(vocabulary):
    for text, count in [("you", 0), ("you,", 1), ("Mr.", 1), ("…", 0)]:
        assert vocabulary.closing_marks(vocabulary.encode(text, "en")) == count


def test_what_goes_on_with_a_word_is_known(vocabulary):
    continuations = set(vocabulary.continuations.tolist())
    suffix, (space_word,), (comma,) = (
        vocabulary._tokenizer.encode(text, add_special_tokens=False).ids for text in ("s", " ask", ",")
    )
    assert suffix[0] in continuations
    assert space_word not in continuations
    assert comma not in continuations
    assert vocabulary.end_id not in continuations


def test_the_opening_names_language_and_task(vocabulary):
    texts = [vocabulary._tokenizer.id_to_token(token) for token in vocabulary.prompt("fr")]
    assert texts == ["<|startoftranscript|>", "<|fr|>", "<|transcribe|>", "<|notimestamps|>"]
    assert vocabulary._tokenizer.id_to_token(vocabulary.no_speech_id) in ("<|nospeech|>", "<|nocaptions|>")
    assert vocabulary._tokenizer.id_to_token(vocabulary.previous_id) == "<|startofprev|>"


def test_a_language_that_the_weights_do_not_know_is_refused(vocabulary):
    with pytest.raises(LiveTranslateError, match="yue") as caught:
        vocabulary.prompt("yue")
    assert caught.value.code is ErrorCode.OPTION_INVALID
