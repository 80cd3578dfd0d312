"""The llm as a target: what it is sent are the prompts that the server's ``translation_prompt`` makes of sentences."""

from __future__ import annotations

import asyncio
from itertools import islice

from livetranslate.protocol import TranslateOptions, tensors
from loadtests.perf_analyzer.input_data import bool_item, bytes_item
from loadtests.perf_analyzer.targets import SENTENCES, Target
from loadtests.translation.llm_jobs import prepare
from loadtests.translation.talk_sentences import fresh_sentences


def llm_target(url: str, *, source: str = "en", target: str = "es", seed: int = 2) -> Target:
    """The target; asks the server for the prompts.

    Raises:
        LiveTranslateError: the server does not answer.
    """
    sentences = islice(fresh_sentences(seed), SENTENCES)
    jobs = asyncio.run(prepare(url, sentences, TranslateOptions(source=source, target=target)))
    items = [
        {
            "text_input": bytes_item(job.prompt.encode(), [1]),
            "sampling_parameters": bytes_item(job.sampling.encode(), [1]),
            "stream": bool_item(value=True),
        }
        for job in jobs
    ]
    return Target(tensors.LLM, tensors.LLM, items, streams=True)
