"""Texts that are refused before a prompt is made."""

import pytest

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.text import read_text


@pytest.mark.parametrize(
    ("data", "code", "names"),
    [
        (b"", ErrorCode.TEXT_EMPTY, "empty"),
        (b" \n\t ", ErrorCode.TEXT_EMPTY, "empty"),
        (b"x" * 50_000, ErrorCode.TEXT_TOO_LONG, "50,000 characters; at most 5,000"),
        ("é".encode() * 5_001, ErrorCode.TEXT_TOO_LONG, "5,001 characters; at most 5,000"),
        (b"caf\xe9", ErrorCode.TEXT_NOT_UTF8, "0xe9 at position 3"),
    ],
)
def test_refused_with_code_value_and_limit(data, code, names):
    with pytest.raises(LiveTranslateError) as caught:
        read_text(data)
    assert caught.value.code is code
    assert names in caught.value.message


def test_characters_count_not_bytes():
    assert read_text("é".encode() * 5_000) == "é" * 5_000


def test_surrounding_space_goes():
    assert read_text(b"  Good morning.\n") == "Good morning."
