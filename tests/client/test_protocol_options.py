"""Options survive the wire; wrong ones are refused by name, with the value and what is allowed."""

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetranslate.protocol import (
    LANGUAGES,
    AudioFormat,
    Encoding,
    ErrorCode,
    LiveTranslateError,
    SessionOptions,
    TranscribeOptions,
    TranslateOptions,
    decode_options,
    encode_options,
)

session_options = st.builds(
    SessionOptions,
    source=st.just("auto"),
    targets=st.lists(st.sampled_from(sorted(LANGUAGES)), unique=True, max_size=8).map(tuple),
    audio=st.builds(
        AudioFormat, st.sampled_from(Encoding), rate_hz=st.integers(4_000, 384_000), channels=st.integers(1, 32)
    ),
    partials=st.booleans(),
    step_s=st.floats(0.2, 10),
    pause_s=st.floats(0.2, 5),
    max_utterance_s=st.floats(3, 28),
    vad_mode=st.integers(0, 3),
    initial_prompt=st.text(max_size=1000),
)


@given(session_options)
def test_session_options_survive_the_wire(options):
    assert decode_options(encode_options(options), SessionOptions) == options


def test_only_what_was_chosen_travels_so_that_an_older_server_understands():
    assert encode_options(TranslateOptions(target="es")) == b'{"target":"es"}'
    assert encode_options(TranscribeOptions()) == b"{}"


@pytest.mark.parametrize(
    ("data", "kind", "code", "named"),
    [
        (b'{"sourse":"en"}', SessionOptions, ErrorCode.OPTION_UNKNOWN, "sourse"),
        (b'{"sourse":"en"}', SessionOptions, ErrorCode.OPTION_UNKNOWN, "known options: source"),
        (b'{"audio":{"rate":8000}}', SessionOptions, ErrorCode.OPTION_UNKNOWN, "rate"),
        (b'{"audio":{"rate_hz":1}}', SessionOptions, ErrorCode.OPTION_INVALID, "4000 to 384000"),
        (b'{"partials":"yes"}', SessionOptions, ErrorCode.OPTION_INVALID, "partials"),
        (b'{"targets":["en","xx"]}', SessionOptions, ErrorCode.LANGUAGE_UNKNOWN, "xx"),
        (b'{"target":"de","source":"de"}', TranslateOptions, ErrorCode.LANGUAGE_SAME_AS_SOURCE, "de"),
        (b"{}", TranslateOptions, ErrorCode.OPTION_INVALID, "target"),
        (b'{"task":"sing"}', TranscribeOptions, ErrorCode.OPTION_INVALID, "sing"),
        (b"source=en", SessionOptions, ErrorCode.OPTIONS_NOT_JSON, "source=en"),
        (b"[]", SessionOptions, ErrorCode.OPTION_INVALID, "object"),
        (b"\xff\xfe", SessionOptions, ErrorCode.OPTIONS_NOT_JSON, "JSON"),
    ],
)
def test_wrong_options_are_refused_by_name(data, kind, code, named):
    with pytest.raises(LiveTranslateError, match=named) as raised:
        decode_options(data, kind)
    assert raised.value.code is code


@pytest.mark.parametrize("field", ["step_s", "pause_s", "max_utterance_s"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_numbers_outside_their_range_are_refused(field, value):
    with pytest.raises(LiveTranslateError, match=field) as raised:
        SessionOptions(**{field: value})
    assert raised.value.code is ErrorCode.OPTION_INVALID


@given(st.sampled_from(ErrorCode), st.text())
def test_an_error_is_recovered_from_tritons_message(code, sentence):
    error = LiveTranslateError(code, sentence.strip())
    wrapped = LiveTranslateError.parse(f"in ensemble 'transcribe', {error}")
    assert (wrapped.code, wrapped.message) == (code, sentence.strip())
    assert pickle.loads(pickle.dumps(error)).code is code
