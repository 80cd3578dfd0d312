"""vLLM's asynchronous engine on an event loop of its own, in a background thread."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from generation_outputs import OutputTensors
from generation_request import GenerationRequest
from request_errors import RequestError, Status
from response_pump import Reply
from sampling_parameters import Sampling
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.exceptions import VLLMClientError
from vllm.sampling_params import SamplingParams
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.exceptions import EngineDeadError
from vllm_settings import EngineSettings, SettingsError

# A prompt of a few cache blocks: its first run touches every kernel, which costs up to seconds once.
_WARM_UP_PROMPT = "Good morning, and welcome to this meeting. " * 12

# Measured: the worker needs 5 s to leave, the core another 4 s. Killed earlier, they leave shared memory behind.
_SHUTDOWN_TIMEOUT_S = 12.0


class GenerationEngine:
    """Starts vLLM, serves requests on it, shuts it down with its processes."""

    def __init__(self, settings: EngineSettings, *, log_error: Callable[[str], object]) -> None:
        self._settings = settings
        self._log_error = log_error
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="vllm-events", daemon=True)
        self._engine: Any = None
        self._serving: set[asyncio.Task[Any]] = set()

    def start(self, *, stat_loggers: Sequence[Callable[[Any, int], Any]] = ()) -> None:
        """Loads the model and generates once, so that the first caller does not pay for it.

        Raises:
            SettingsError: an engine argument is not known to this vLLM.
            Exception: vLLM's own reason for not starting.
        """
        arguments = _engine_arguments(self._settings)
        self._thread.start()
        try:
            self._run(self._start(arguments, list(stat_loggers)))
            self._run(self._warm_up())
        except BaseException:
            self.shutdown()
            raise

    @property
    def is_dead(self) -> bool:
        """Whether the engine's processes are gone and only a reload can help."""
        return bool(self._engine.errored)

    def submit(self, request: GenerationRequest, sampling: Sampling, reply: Reply) -> None:
        """Generates in the background; the reply gets every response, and the cancellation reaches the engine."""
        work = self._serve(request, sampling, reply)
        future: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        reply.on_cancelled = future.cancel

    def cancel_requests(self) -> None:
        """Ends every request that still runs; each reply says so."""
        self._run(self._cancel(only_requests=True))

    def shutdown(self) -> None:
        """Ends the engine's processes and the thread."""
        # vLLM's own tasks first: they would take the end of the engine's processes for a crash.
        self._run(self._cancel(only_requests=False))
        if self._engine is not None:
            self._engine.shutdown(timeout=_SHUTDOWN_TIMEOUT_S)
            self._engine = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _start(self, arguments: AsyncEngineArgs, stat_loggers: list[Any]) -> None:
        self._engine = AsyncLLM.from_engine_args(arguments, stat_loggers=stat_loggers)

    async def _warm_up(self) -> None:
        parameters = SamplingParams(temperature=0.0, max_tokens=4)
        async for _ in self._engine.generate(_WARM_UP_PROMPT, parameters, "warm-up"):
            continue

    async def _cancel(self, *, only_requests: bool) -> None:
        """Cancels the requests, which replies to them; or everything that runs on the loop."""
        tasks = (self._serving if only_requests else asyncio.all_tasks()) - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, request: GenerationRequest, sampling: Sampling, reply: Reply) -> None:
        """Answers one request. Whatever happens, the reply is ended: a request without its end hangs its client."""
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            await self._generate(request, sampling, reply)
        except asyncio.CancelledError:
            reply.fail(RequestError(Status.CANCELLED, "Request was cancelled"))
            raise
        except EngineDeadError:
            reply.fail(RequestError(Status.UNAVAILABLE, "Model is unavailable due to unhealthy vLLM engine"))
        # Errors of the request itself: too long a prompt, a token id out of range …
        except (VLLMClientError, ValueError) as error:
            reply.fail(RequestError(Status.INVALID_ARG, f"Error generating stream: {error}"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must hear of it
            self._log_error(f"[vllm] generation failed: {error!r}, caused by {error.__cause__!r}")
            reply.fail(RequestError(Status.INTERNAL, f"Error generating stream: {error.__cause__ or error}"))

    async def _generate(self, request: GenerationRequest, sampling: Sampling, reply: Reply) -> None:
        tensors = OutputTensors(request, sequences=sampling.parameters.n, logprobs_asked=sampling.logprobs_asked)
        outputs = self._engine.generate(
            request.prompt,
            sampling.parameters,
            uuid.uuid4().hex,
            lora_request=self._settings.adapters.request(sampling.lora_name),
        )
        # Cancelling this task makes vLLM abort the request in its engine (it handles CancelledError in generate).
        async for output in outputs:
            reply.send(tensors.response(output), final=output.finished)


def _engine_arguments(settings: EngineSettings) -> AsyncEngineArgs:
    known = {field.name for field in fields(AsyncEngineArgs)}
    for name in settings.arguments:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else "."
            raise SettingsError(f"model.json sets {name!r}, which this vLLM does not know{hint}")
    return AsyncEngineArgs(**settings.arguments)
