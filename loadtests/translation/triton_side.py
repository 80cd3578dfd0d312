"""Prompts through Triton's ``llm``: one gRPC stream that carries all requests, as many at once as asked for."""

from __future__ import annotations

import asyncio
import codecs
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tritonclient.grpc.aio as triton

from livetranslate.protocol import tensors
from loadtests.translation.llm_jobs import Job
from loadtests.translation.speed_figures import Batch, Timed

TOKENS = "num_output_tokens"


@dataclass
class _Open:
    """A request under way; times are of the performance counter."""

    began: float
    done: asyncio.Future[None]
    first: float | None = None
    ended: float = 0.0
    text: str = ""
    tokens: int = 0
    decoder: Any = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))


class TritonSide:
    """The engine behind the server's gRPC port."""

    def __init__(self, url: str) -> None:
        self._url = url

    def run(self, jobs: Sequence[Job], *, concurrency: int) -> Batch:
        """All jobs in their order, ``concurrency`` of them at once; the connection stands before the clock starts.

        Raises:
            InferenceServerException: the server refused a request.
        """
        return asyncio.run(self._run(jobs, concurrency))

    async def _run(self, jobs: Sequence[Job], concurrency: int) -> Batch:
        async with triton.InferenceServerClient(self._url) as client:
            await client.is_model_ready(tensors.LLM)
            waiting: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
            under_way: dict[str, _Open] = {}
            reader = asyncio.create_task(_read(client, waiting, under_way))
            room = asyncio.Semaphore(concurrency)
            requests = [_request(job, str(number)) for number, job in enumerate(jobs)]

            async def one(request: dict[str, Any]) -> Timed:
                async with room:
                    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    state = under_way[request["request_id"]] = _Open(time.perf_counter(), done)
                    await waiting.put(request)
                    finished, _ = await asyncio.wait((done, reader), return_when=asyncio.FIRST_COMPLETED)
                    if done not in finished:
                        await reader  # it can only have failed
                    first = state.first or state.ended
                    return Timed(state.text, state.tokens, first - state.began, state.ended - state.began)

            began = time.perf_counter()
            answers = await asyncio.gather(*(one(request) for request in requests))
            took_s = time.perf_counter() - began
            await waiting.put(None)
            await reader
        return Batch(tuple(answers), took_s)


async def _read(
    client: triton.InferenceServerClient, waiting: asyncio.Queue[dict[str, Any] | None], under_way: dict[str, _Open]
) -> None:
    async def requests() -> AsyncIterator[dict[str, Any]]:
        while (request := await waiting.get()) is not None:
            yield request

    async for result, error in client.stream_infer(requests()):
        now = time.perf_counter()
        if error is not None:
            raise error
        response = result.get_response()
        state = under_way[response.id]
        tokens = result.as_numpy(TOKENS)
        if tokens is not None and tokens.size:
            state.first = state.first or now
            state.tokens += int(tokens.sum())
            state.text += state.decoder.decode(result.as_numpy("text_output").item())
        if response.parameters["triton_final_response"].bool_param:
            state.ended = now
            state.done.set_result(None)


def _request(job: Job, number: str) -> dict[str, Any]:
    inputs = []
    for name, kind, value in (
        ("text_input", "BYTES", np.array([job.prompt.encode()], np.object_)),
        ("sampling_parameters", "BYTES", np.array([job.sampling.encode()], np.object_)),
        ("stream", "BOOL", np.array([True])),
        (f"return_{TOKENS}", "BOOL", np.array([True])),
    ):
        tensor = triton.InferInput(name, [1], kind)
        tensor.set_data_from_numpy(value)
        inputs.append(tensor)
    return {
        "model_name": tensors.LLM,
        "inputs": inputs,
        "request_id": number,
        "enable_empty_final_response": True,
    }
