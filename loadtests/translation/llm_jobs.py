"""Sentences as what the llm is sent: prompts and sampling parameters from the server's ``translation_prompt``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livetranslate.connection import Connection
from livetranslate.inference import bytes_tensor, infer_request, output_items
from livetranslate.protocol import TranslateOptions, encode_options, tensors


@dataclass(frozen=True)
class Job:
    """A prompt and the JSON of its sampling parameters."""

    prompt: str
    sampling: str


async def prepare(url: str, sentences: Iterable[str], options: TranslateOptions) -> list[Job]:
    """The jobs of sentences, in their order.

    Raises:
        LiveTranslateError: the server does not answer, or refuses a sentence.
    """
    jobs = []
    async with Connection(url) as connection:
        for sentence in sentences:
            inputs = [
                bytes_tensor(tensors.TEXT, sentence.encode()),
                bytes_tensor(tensors.OPTIONS, encode_options(options)),
            ]
            response = await connection.infer(infer_request(tensors.TRANSLATION_PROMPT, inputs))
            prompt, sampling = (
                output_items(response, name)[0].decode() for name in (tensors.PROMPT, tensors.SAMPLING_PARAMETERS)
            )
            jobs.append(Job(prompt, sampling))
    return jobs
