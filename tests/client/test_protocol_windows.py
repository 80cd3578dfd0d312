"""What a session and the recogniser say to each other about a window of live speech."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    WindowOptions,
    WindowText,
    WindowWord,
    decode_options,
    encode_options,
)
from livetranslate.protocol.transcript import join_words

options = st.builds(
    WindowOptions,
    language=st.sampled_from(["auto", "en", "zh"]),
    prefix=st.text(max_size=100),
    context=st.text(max_size=100),
    listen_to_s=st.floats(0, 30),
    expected_language=st.sampled_from(["", "en"]),
    switch_ratio=st.floats(1, 30),
)
words = st.builds(WindowWord, st.text(), *[st.floats(0, 30)] * 3, st.floats(0, 1))
texts = st.builds(
    WindowText, st.just("en"), st.lists(words).map(tuple), st.just({"en": 0.9}), st.none() | st.floats(-9, 0)
)


@given(options)
def test_window_options_survive_the_wire(options):
    assert decode_options(encode_options(options), WindowOptions) == options


@given(texts)
def test_what_was_heard_survives_the_wire(text):
    assert msgspec.json.decode(msgspec.json.encode(text), type=WindowText) == text


def test_only_what_was_chosen_travels():
    assert encode_options(WindowOptions()) == b"{}"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"language": "xx"}, ErrorCode.LANGUAGE_UNKNOWN),
        ({"prefix": "a" * 1001}, ErrorCode.OPTION_INVALID),
        ({"context": "a" * 2001}, ErrorCode.OPTION_INVALID),
        ({"listen_to_s": 30.1}, ErrorCode.OPTION_INVALID),
        ({"listen_to_s": math.nan}, ErrorCode.OPTION_INVALID),
    ],
)
def test_wrong_options_are_refused(fields, code):
    with pytest.raises(LiveTranslateError) as caught:
        WindowOptions(**fields)
    assert caught.value.code is code


def test_an_unknown_option_is_refused_by_name():
    with pytest.raises(LiveTranslateError, match="beam"):
        decode_options(b'{"beam":5}', WindowOptions)


@pytest.mark.parametrize(
    ("parts", "language", "text"),
    [
        (["And", " so, ", "", " "], "en", "And so,"),
        (["我们", "用", "machine", "learning", "。"], "zh", "我们用machine learning。"),
        (["第", "35", "24", "課"], "ja", "第35 24課"),
        ([], "en", ""),
        ([], "zh", ""),
    ],
)
def test_words_are_joined_as_the_language_writes_them(parts, language, text):
    assert join_words(parts, language) == text
