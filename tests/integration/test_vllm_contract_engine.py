"""The vLLM backend's contract, where it reaches the engine: cancellation and metrics (see test_vllm_contract.py)."""

from __future__ import annotations

import json
import os
import queue
import time
import urllib.request

import pytest
import tritonclient.grpc as triton
from tests.integration.llm_client import GREEDY, PROMPT, beyond_nvidia, tensor
from tritonclient.utils import InferenceServerException

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def read_metric(request, grpc_url, llm):
    if "LIVETRANSLATE_TEST_GRPC_URL" not in os.environ:
        url = request.getfixturevalue("server").metrics_url
    elif "LIVETRANSLATE_TEST_METRICS_URL" in os.environ:
        url = os.environ["LIVETRANSLATE_TEST_METRICS_URL"]
    else:
        pytest.skip("LIVETRANSLATE_TEST_METRICS_URL does not say where this server's metrics are")

    def read(name: str) -> float:
        with urllib.request.urlopen(url, timeout=10) as page:
            lines = page.read().decode().splitlines()
        values = [line.rsplit(" ", 1)[1] for line in lines if line.startswith(f'{name}{{model="{llm.model}"')]
        assert values, f"{name} is not among the server's metrics"
        return float(values[0])

    return read


def wait_until(condition, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


class TestCancellation:
    ENDLESS = json.dumps({"temperature": 0, "max_tokens": 3000, "ignore_eos": True})

    def test_a_client_that_cancels_frees_the_engine(self, llm, grpc_url, read_metric):
        incoming: queue.Queue = queue.Queue()
        with triton.InferenceServerClient(grpc_url) as client:
            client.start_stream(lambda result, error: incoming.put((result, error)))
            inputs = [tensor("text_input", PROMPT), tensor("sampling_parameters", self.ENDLESS), tensor("stream", True)]
            client.async_stream_infer(llm.model, inputs)
            assert incoming.get(timeout=120)[1] is None
            client.stop_stream(cancel_requests=True)
        errors = [error for _, error in list(incoming.queue) if error is not None]
        assert all(isinstance(error, InferenceServerException) for error in errors)
        assert stops_generating(read_metric)

    def test_a_request_without_stream_can_be_cancelled_too(self, llm, grpc_url, read_metric):
        before = read_metric("vllm:generation_tokens_total")
        with triton.InferenceServerClient(grpc_url) as client:
            client.start_stream(lambda result, error: None)
            inputs = [tensor("text_input", PROMPT), tensor("sampling_parameters", self.ENDLESS)]
            client.async_stream_infer(llm.model, inputs)
            started = wait_until(lambda: read_metric("vllm:generation_tokens_total") > before)
            client.stop_stream(cancel_requests=True)
        assert started
        assert stops_generating(read_metric)


def stops_generating(read_metric) -> bool:
    """Whether the engine falls silent long before 3,000 tokens are made."""

    def silent() -> bool:
        before = read_metric("vllm:generation_tokens_total")
        time.sleep(2)
        return read_metric("vllm:generation_tokens_total") == before

    return wait_until(silent, seconds=20)


class TestMetrics:
    COUNTERS = ("vllm:prompt_tokens_total", "vllm:generation_tokens_total")
    HISTOGRAMS = (
        "vllm:time_to_first_token_seconds",
        "vllm:time_per_output_token_seconds",
        "vllm:e2e_request_latency_seconds",
        "vllm:request_prompt_tokens",
        "vllm:request_generation_tokens",
        "vllm:request_params_n",
    )

    def test_a_request_moves_vllm_s_metrics(self, llm, read_metric):
        names = [*self.COUNTERS, *(f"{name}_count" for name in self.HISTOGRAMS)]
        llm.ask(PROMPT, GREEDY)
        before = {name: read_metric(name) for name in names}
        llm.ask(PROMPT, GREEDY)
        assert wait_until(lambda: all(read_metric(name) > before[name] for name in names))

    @beyond_nvidia
    def test_a_repeated_prompt_hits_the_prefix_cache(self, llm, read_metric):
        prompt = "An orchestra tunes before the concert begins. " * 20
        llm.ask(prompt, GREEDY)
        before = read_metric("vllm:prefix_cache_hits_total")
        llm.ask(prompt, GREEDY)
        assert wait_until(lambda: read_metric("vllm:prefix_cache_hits_total") >= before + 96)
