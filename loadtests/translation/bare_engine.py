"""vLLM by itself, in its own environment: ``python -m loadtests.translation.bare_engine VERSION_FOLDER BACKEND``.

Engine arguments, environment variables and sampling parameters are read by the modules of the served backend (BACKEND),
so that both sides run the same engine. Requests come as frames on standard input (see loadtests.window_cost.side): JSON
with ``jobs`` (pairs of prompt and sampling parameters) and ``concurrency``; each is answered with a frame.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from loadtests.window_cost.side import read_frame, write_frame


def main() -> None:
    """Answers until standard input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what the engine prints must not come between the frames
    sys.path.insert(0, sys.argv[2])
    vllm_settings: Any = importlib.import_module("vllm_settings")
    settings = vllm_settings.EngineSettings.load(Path(sys.argv[1]))
    vllm_settings.prepare_environment(settings, instance_kind="MODEL", device_id=-1)
    asyncio.run(_serve(settings, requests, answers))


async def _serve(settings: Any, requests: Any, answers: Any) -> None:
    # Imported late: vLLM reads the environment that was just prepared.
    engine_arguments: Any = importlib.import_module("vllm.engine.arg_utils").AsyncEngineArgs
    engine = importlib.import_module("vllm.v1.engine.async_llm").AsyncLLM.from_engine_args(
        engine_arguments(**settings.arguments)
    )
    try:
        write_frame(answers, b"ready")
        while (data := await asyncio.to_thread(read_frame, requests)) is not None:
            asked = json.loads(data)
            write_frame(answers, json.dumps(await _run(engine, asked["jobs"], asked["concurrency"])).encode())
    finally:
        engine.shutdown()


async def _run(engine: Any, jobs: list[tuple[str, str]], concurrency: int) -> dict[str, Any]:
    read_sampling: Any = importlib.import_module("sampling_parameters").read_sampling
    room = asyncio.Semaphore(concurrency)

    async def one(prompt: str, sampling_text: str, number: int) -> dict[str, Any]:
        async with room:
            began = time.perf_counter()
            sampling = read_sampling(sampling_text, stream=True, cumulative_logprob=False).parameters
            first_s, text, tokens = None, "", 0
            async for output in engine.generate(prompt, sampling, f"{began}-{number}"):
                first_s = first_s or time.perf_counter() - began
                text += output.outputs[0].text
                tokens += len(output.outputs[0].token_ids)
            total_s = time.perf_counter() - began
            return {"text": text, "tokens": tokens, "first_s": first_s or total_s, "total_s": total_s}

    began = time.perf_counter()
    answers = await asyncio.gather(*(one(*job, number) for number, job in enumerate(jobs)))
    return {"answers": answers, "took_s": time.perf_counter() - began}


if __name__ == "__main__":
    main()
