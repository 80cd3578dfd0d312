"""Asks the server for translations, through the ``translate`` ensemble or the ``translator`` model."""

from __future__ import annotations

import asyncio
import codecs
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import msgspec

from livetranslate.connection import Connection
from livetranslate.inference import bytes_tensor, infer_request
from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    TranslateOptions,
    TranslationResult,
    encode_options,
    tensors,
)

ROUTE_ENSEMBLE = "translate"


class Through(str, Enum):
    """Which way a sentence goes: the bare prompt and model, or with checks, retries and fallback around them."""

    ENSEMBLE = "ensemble"
    TRANSLATOR = "translator"


@dataclass(frozen=True)
class Question:
    """A sentence to translate, and how."""

    text: str
    options: TranslateOptions


@dataclass(frozen=True)
class Answer:
    """What came of a question.

    Attributes:
        result: the translation; None when the request failed.
        first_s: from sending to the first text, seconds; None without any.
        total_s: from sending to the last response.
        failure: why there is no result.
    """

    result: TranslationResult | None
    first_s: float | None
    total_s: float
    failure: str | None = None

    @property
    def text(self) -> str:
        """The translation; empty when the request failed or the source text was passed on."""
        return "" if self.result is None or self.result.untranslated else self.result.text


Ask = Callable[[Question], Awaitable[Answer]]


def asker(connection: Connection, through: Through) -> Ask:
    """The function that asks this server this way; the connection must be open."""
    send = _through_ensemble if through is Through.ENSEMBLE else _through_translator

    async def ask(question: Question) -> Answer:
        began = time.perf_counter()
        try:
            result, first_at = await send(connection, question)
        except LiveTranslateError as error:
            return Answer(None, None, time.perf_counter() - began, str(error))
        ended = time.perf_counter()
        return Answer(result, None if first_at is None else first_at - began, ended - began)

    return ask


async def ask_all(ask: Ask, questions: Sequence[Question], *, concurrency: int) -> list[Answer]:
    """Every question's answer, at most ``concurrency`` of them under way."""
    room = asyncio.Semaphore(concurrency)

    async def one(question: Question) -> Answer:
        async with room:
            return await ask(question)

    return list(await asyncio.gather(*(one(question) for question in questions)))


async def _through_ensemble(connection: Connection, question: Question) -> tuple[TranslationResult, float | None]:
    # A token may end inside a character; its other bytes come with the next response.
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text, first_at = "", None
    async with connection.infer_stream(tensors.TRANSLATE) as stream:
        await stream.write(_request(tensors.TRANSLATE, question))
        await stream.done_writing()
        async for response in stream.responses():
            if response.error_text:
                raise stream.refusal(response)
            for item in response.items(tensors.TRANSLATION):
                first_at = first_at or time.perf_counter()
                text += decoder.decode(item)
            if response.final:
                return TranslationResult(text=text, route=ROUTE_ENSEMBLE), first_at
    raise _cut_short(connection)


async def _through_translator(connection: Connection, question: Question) -> tuple[TranslationResult, float | None]:
    result, first_at = None, None
    async with connection.infer_stream(tensors.TRANSLATOR) as stream:
        await stream.write(_request(tensors.TRANSLATOR, question))
        await stream.done_writing()
        async for response in stream.responses():
            if response.error_text:
                raise stream.refusal(response)
            if response.items(tensors.TRANSLATION_SO_FAR):
                first_at = first_at or time.perf_counter()
            for item in response.items(tensors.RESULT):
                first_at = first_at or time.perf_counter()
                result = msgspec.json.decode(item, type=TranslationResult)
            if response.final and result is not None:
                return result, first_at
    raise _cut_short(connection)


def _request(model: str, question: Question) -> object:
    return infer_request(
        model,
        [
            bytes_tensor(tensors.TEXT, question.text.encode()),
            bytes_tensor(tensors.OPTIONS, encode_options(question.options)),
        ],
        parameters={"triton_enable_empty_final_response": True},
    )


def _cut_short(connection: Connection) -> LiveTranslateError:
    return LiveTranslateError(
        ErrorCode.CONNECTION_FAILED,
        f"The server at {connection.address} closed the stream before the translation was complete; try again.",
    )
