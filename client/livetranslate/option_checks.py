"""Options from keyword arguments, with the same refusals as on the wire."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    SessionOptions,
    TranscribeOptions,
    TranslateOptions,
    decode_options,
)

OptionsT = TypeVar("OptionsT", SessionOptions, TranscribeOptions, TranslateOptions)


def make_options(kind: type[OptionsT], **values: Any) -> OptionsT:
    """Makes options from keyword arguments.

    They pass through their wire form, so a name or type that the server would refuse is refused here in the same
    words.

    Raises:
        LiveTranslateError: ``OPTION_UNKNOWN`` (by name), ``OPTION_INVALID``, or what the options' own checks say.
    """
    try:
        wire_form = msgspec.json.encode(values)
    except TypeError as error:
        raise LiveTranslateError(ErrorCode.OPTION_INVALID, f"An option holds no JSON value: {error}.") from error
    return decode_options(wire_form, kind)
