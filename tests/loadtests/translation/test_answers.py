from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import msgspec
from loadtests.translation.answers import Question, Through, ask_all, asker

from livetranslate.protocol import ErrorCode, LiveTranslateError, TranslateOptions, TranslationResult, tensors

ASKED = Question("Good morning.", TranslateOptions(source="en", target="es"))


def response(*, final: bool = False, error: str = "", **items: bytes) -> SimpleNamespace:
    return SimpleNamespace(
        final=final or bool(error), error_text=error, items=lambda name: [items[name]] if name in items else []
    )


class Server:
    """A connection whose every stream gives the same responses."""

    address = "somewhere:1"

    def __init__(self, *responses: SimpleNamespace) -> None:
        self._responses = responses
        self.models: list[str] = []

    @asynccontextmanager
    async def infer_stream(self, model: str) -> AsyncIterator[Any]:
        self.models.append(model)

        async def nothing(*_: object) -> None:
            return None

        async def responses() -> AsyncIterator[SimpleNamespace]:
            for one in self._responses:
                yield one

        yield SimpleNamespace(
            write=nothing,
            done_writing=nothing,
            responses=responses,
            refusal=lambda one: LiveTranslateError(ErrorCode.TRANSLATION_FAILED, one.error_text),
        )


async def test_deltas_are_joined_though_a_character_is_split_between_them() -> None:
    text = "Buenos días.".encode()
    server = Server(response(TRANSLATION=text[:9]), response(TRANSLATION=text[9:]), response(final=True))
    answer = await asker(server, Through.ENSEMBLE)(ASKED)  # type: ignore[arg-type]
    assert answer.text == "Buenos días."
    assert answer.first_s is not None
    assert answer.first_s <= answer.total_s
    assert server.models == [tensors.TRANSLATE]


async def test_the_translators_result_is_its_last_word() -> None:
    result = TranslationResult(text="Buenos días.", route="llm", attempts=2)
    last = response(RESULT=msgspec.json.encode(result))
    server = Server(response(TRANSLATION_SO_FAR=b"Buenas"), last, response(final=True))
    answer = await asker(server, Through.TRANSLATOR)(ASKED)  # type: ignore[arg-type]
    assert (answer.result, answer.failure) == (result, None)
    assert server.models == [tensors.TRANSLATOR]


async def test_source_text_that_passed_is_no_translation() -> None:
    result = TranslationResult(text="Good morning.", route="source", untranslated=True)
    server = Server(response(RESULT=msgspec.json.encode(result), final=True))
    answer = await asker(server, Through.TRANSLATOR)(ASKED)  # type: ignore[arg-type]
    assert answer.text == ""


async def test_refusals_and_streams_that_end_early_are_told_and_stop_nothing() -> None:
    for server, reason in ((Server(response(error="the llm died")), "the llm died"), (Server(), "closed the stream")):
        for through in Through:
            answers = await ask_all(asker(server, through), [ASKED] * 2, concurrency=1)  # type: ignore[arg-type]
            assert [reason in (answer.failure or "") for answer in answers] == [True, True]
            assert [answer.result for answer in answers] == [None, None]
