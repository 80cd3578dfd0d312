"""Translation of text, checked, by ``translator``; and of whole recordings by the ``translate_speech`` ensemble."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import msgspec

from livetranslate.audio_input import Recording, format_parameters, read_recording
from livetranslate.connection import Connection
from livetranslate.inference import bytes_tensor, infer_request
from livetranslate.protocol import (
    AUTO,
    AudioFormat,
    ErrorCode,
    LiveTranslateError,
    TranscribeOptions,
    TranslateOptions,
    TranslationResult,
    encode_options,
    tensors,
)
from livetranslate.protocol.text import check_text
from livetranslate.protocol.translation import check_targets


class TranslationDelta(NamedTuple):
    """What a translation gained.

    Attributes:
        language: language of the translation.
        delta: the text that was added; empty in the last one. Where a translation begins anew (its first attempt
            failed a check), all of it.
        text: all of the translation so far.
        final: whether the translation is complete.
        result: what is known of a complete translation of a text: its flags, what made it, whether it is none.
    """

    language: str
    delta: str
    text: str
    final: bool
    result: TranslationResult | None = None


async def translate_text(
    connection: Connection, text: str, options: Mapping[str, TranslateOptions], *, timeout_s: float | None = None
) -> AsyncIterator[TranslationDelta]:
    """Translations of a text, all languages at once, as they grow.

    Args:
        connection: where to ask.
        text: 1 to 5,000 characters.
        options: target language -> its options.
        timeout_s: longest wait for everything.
    """
    check_text(text)
    check_targets(tuple(options), AUTO, needs_one=True)
    content = bytes_tensor(tensors.TEXT, text.encode())
    requests = {
        target: infer_request(
            tensors.TRANSLATOR,
            [content, bytes_tensor(tensors.OPTIONS, encode_options(choice))],
            request_id=target,
            parameters={"triton_enable_empty_final_response": True},
        )
        for target, choice in options.items()
    }
    async for delta in _stream(connection, tensors.TRANSLATOR, requests, timeout_s=timeout_s):
        yield delta


async def translate_recording(
    connection: Connection,
    recording: Recording,
    hearing: TranscribeOptions,
    options: TranslateOptions,
    *,
    audio_format: AudioFormat | None = None,
    timeout_s: float | None = None,
) -> AsyncIterator[TranslationDelta]:
    """The translation of a recording as it grows; arguments as in :func:`livetranslate.transcription.transcribe`."""
    request = infer_request(
        tensors.TRANSLATE_SPEECH,
        [
            bytes_tensor(tensors.AUDIO_BYTES, read_recording(recording)),
            bytes_tensor(tensors.OPTIONS, encode_options(hearing)),
            bytes_tensor(tensors.TRANSLATE_OPTIONS, encode_options(options)),
        ],
        request_id=options.target,
        parameters={**format_parameters(audio_format), "triton_enable_empty_final_response": True},
    )
    requests = {options.target: request}
    async for delta in _stream(connection, tensors.TRANSLATE_SPEECH, requests, timeout_s=timeout_s):
        yield delta


async def _stream(
    connection: Connection, model: str, requests: Mapping[str, Any], *, timeout_s: float | None
) -> AsyncIterator[TranslationDelta]:
    """Sends one request a language on one stream and tells their answers apart by request id."""
    texts = dict.fromkeys(requests, "")
    results: dict[str, TranslationResult] = {}
    # A token may end inside a character; its other bytes come with the next response.
    decoders = {language: codecs.getincrementaldecoder("utf-8")("replace") for language in requests}
    waiting = set(requests)
    async with connection:
        await connection.check_ready(model)
        async with connection.infer_stream(model, timeout_s=timeout_s) as stream:
            for request in requests.values():
                await stream.write(request)
            await stream.done_writing()
            async for response in stream.responses():
                language = response.request_id
                if response.error_text:
                    refusal = stream.refusal(response)
                    raise LiveTranslateError(refusal.code, f"Into {language}: {refusal.message}")
                for item in response.items(tensors.TRANSLATION):
                    delta = decoders[language].decode(item)
                    texts[language] += delta
                    yield TranslationDelta(language, delta, texts[language], final=False)
                for item in response.items(tensors.TRANSLATION_SO_FAR):
                    before, texts[language] = texts[language], item.decode()
                    delta = texts[language].removeprefix(before)
                    if delta:
                        yield TranslationDelta(language, delta, texts[language], final=False)
                for item in response.items(tensors.RESULT):
                    results[language] = msgspec.json.decode(item, type=TranslationResult)
                    texts[language] = results[language].text
                if response.final:
                    waiting.discard(language)
                    text = texts[language].strip()
                    yield TranslationDelta(language, "", text, final=True, result=results.get(language))
    if waiting:
        raise LiveTranslateError(
            ErrorCode.CONNECTION_FAILED,
            f"The server at {connection.address} closed the stream before the translation into "
            f"{', '.join(sorted(waiting))} was complete; try again.",
        )
