"""Sentences for servers that are not there, and options that are refused before anything is sent."""

import pickle

import pytest

import livetranslate
from livetranslate.connection import parse_address
from livetranslate.failures import from_server_text
from livetranslate.protocol import ErrorCode, LiveTranslateError

NOBODY = "127.0.0.1:9"


async def test_an_unreachable_server_says_how_to_start_one():
    client = livetranslate.connect(NOBODY)
    for call in (client.transcribe(b"RIFF"), client.translate("Hello.", targets=["es"]), client.session().__aenter__()):
        with pytest.raises(LiveTranslateError, match="livetranslate serve") as raised:
            await call
        assert raised.value.code is ErrorCode.CONNECTION_FAILED
        assert NOBODY in raised.value.message


@pytest.mark.parametrize(
    ("options", "code", "named"),
    [
        ({"stepp_s": 1}, ErrorCode.OPTION_UNKNOWN, "stepp_s"),
        ({"step_s": "often"}, ErrorCode.OPTION_INVALID, "step_s"),
        ({"step_s": 0.01}, ErrorCode.OPTION_INVALID, "0.01"),
        ({"vad_mode": 4}, ErrorCode.OPTION_INVALID, "vad_mode"),
        ({"initial_prompt": object()}, ErrorCode.OPTION_INVALID, "object"),
        ({"source": "xx"}, ErrorCode.LANGUAGE_UNKNOWN, "xx"),
        ({"source": "en", "targets": ["en"]}, ErrorCode.LANGUAGE_SAME_AS_SOURCE, "en"),
        ({"targets": ["es", "es"]}, ErrorCode.OPTION_INVALID, "twice"),
        ({"targets": ["es", "fr", "de", "it", "pt", "nl", "pl", "ru", "ja", "zh"]}, ErrorCode.TOO_MANY_TARGETS, "10"),
    ],
)
def test_session_options_are_refused_by_name_before_connecting(options, code, named):
    with pytest.raises(LiveTranslateError, match=named) as raised:
        livetranslate.connect(NOBODY).session(**options)
    assert raised.value.code is code


@pytest.mark.parametrize(
    ("text", "targets", "code"),
    [
        ("  ", ["es"], ErrorCode.TEXT_EMPTY),
        ("a" * 5001, ["es"], ErrorCode.TEXT_TOO_LONG),
        ("Hello.", [], ErrorCode.OPTION_INVALID),
        ("Hello.", ["es", "fr", "de", "it", "pt", "nl", "pl", "ru", "ja"], ErrorCode.TOO_MANY_TARGETS),
        ("Hello.", ["klingon"], ErrorCode.LANGUAGE_UNKNOWN),
    ],
)
async def test_a_translation_that_no_server_would_take_is_refused_early(text, targets, code):
    with pytest.raises(LiveTranslateError) as raised:
        await livetranslate.connect(NOBODY).translate(text, targets=targets)
    assert raised.value.code is code


@pytest.mark.parametrize("url", ["", "localhost", "localhost:", ":8001", "http://localhost:8001", "h:70000", "h:eight"])
def test_an_address_that_is_not_understood_is_refused(url):
    with pytest.raises(LiveTranslateError, match="host:port") as raised:
        livetranslate.connect(url)
    assert raised.value.code is ErrorCode.OPTION_INVALID


def test_addresses_are_read():
    assert parse_address("grpc://box:8001/") == "box:8001"
    assert parse_address("[::1]:8001") == "[::1]:8001"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("in ensemble 'transcribe', [AUDIO_TOO_SHORT] 20 ms are too short.", ErrorCode.AUDIO_TOO_SHORT),
        ("Request for unknown model: 'whisper' is not found", ErrorCode.MODEL_UNAVAILABLE),
        ("Request for unknown model: 'x' has no available versions", ErrorCode.MODEL_UNAVAILABLE),
        ("Server not ready", ErrorCode.MODEL_UNAVAILABLE),
        ("Exceeds maximum queue size", ErrorCode.SERVER_BUSY),
        (
            "inference request for sequence a to model 'm' must specify the START flag on the first request",
            ErrorCode.SESSION_NOT_STARTED,
        ),
        ("something else", ErrorCode.INTERNAL),
    ],
)
def test_tritons_own_refusals_get_a_code_and_the_address(text, code):
    error = from_server_text(text, address="box:8001", model="whisper")
    assert error.code is code
    assert "box:8001" in error.message or f"[{code.value}]" in text


def test_when_to_try_again_travels_with_the_sentence_and_is_not_part_of_it():
    refused = LiveTranslateError(ErrorCode.SERVER_BUSY, "64 sessions are open.", retry_after_s=2.5)
    assert str(refused) == "[SERVER_BUSY] 64 sessions are open. [retry_after_s=2.5]"
    told = from_server_text(f"in ensemble 'x', {refused}", address="box:8001", model="live_translation")
    assert (told.code, told.message, told.retry_after_s) == (refused.code, refused.message, 2.5)
    copied = pickle.loads(pickle.dumps(told))
    assert (copied.message, copied.retry_after_s) == (told.message, 2.5)
    assert LiveTranslateError.parse("[SERVER_BUSY] no [retry_after_s=soon]").retry_after_s is None
