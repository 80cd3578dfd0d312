"""What text to translate must be, checked before a model sees it."""

from __future__ import annotations

from livetranslate.protocol import limits
from livetranslate.protocol.errors import ErrorCode, LiveTranslateError


def read_text(data: bytes) -> str:
    """The text to translate, without surrounding space.

    Args:
        data: UTF-8.

    Raises:
        LiveTranslateError: ``TEXT_NOT_UTF8``, ``TEXT_EMPTY`` or ``TEXT_TOO_LONG``.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LiveTranslateError(
            ErrorCode.TEXT_NOT_UTF8,
            f"TEXT is not UTF-8: byte {data[error.start]:#04x} at position {error.start}; encode it as UTF-8.",
        ) from error
    return check_text(text)


def check_text(text: str) -> str:
    """The text without surrounding space.

    Raises:
        LiveTranslateError: ``TEXT_EMPTY`` or ``TEXT_TOO_LONG``.
    """
    if len(text) > limits.MAX_TEXT_CHARS:
        raise LiveTranslateError(
            ErrorCode.TEXT_TOO_LONG,
            f"TEXT has {len(text):,} characters; at most {limits.MAX_TEXT_CHARS:,} are translated at once. "
            "Send it in parts.",
        )
    text = text.strip()
    if not text:
        raise LiveTranslateError(ErrorCode.TEXT_EMPTY, "TEXT is empty; send the sentence to translate.")
    return text
