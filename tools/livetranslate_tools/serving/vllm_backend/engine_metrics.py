"""vLLM's statistics as Triton custom metrics, under vLLM's own names, and the two that every model of the project has.

The first eight are those of NVIDIA's backend; the others are vLLM's, for autoscaling and for seeing whether the
prefix cache hits. Reporting a value is a message to the server process, and the stub's interpreter stands still until
the server has answered: a step's tokens wait for it. So nothing is reported for a token or a step, only for a request
and for a period, by a thread.
"""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vllm.config import VllmConfig
    from vllm.v1.metrics.stats import IterationStats, SchedulerStats

_LATENCY_S = (0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_PER_TOKEN_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5)
_REQUEST_S = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0)
_TOKENS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0)
_SEQUENCES = (1.0, 2.0, 5.0, 10.0, 20.0)

_PERIOD_S = 0.5
"""Values are reported this far apart, those of all steps between in one go."""

COUNTER, GAUGE, HISTOGRAM = "COUNTER", "GAUGE", "HISTOGRAM"


@dataclass(frozen=True)
class Definition:
    """A metric: its name, what it says, its kind (an attribute of Triton's ``MetricFamily``) and its buckets."""

    name: str
    description: str
    kind: str
    buckets: tuple[float, ...] = ()


# As in livetranslate.protocol.metric_catalogue, which this environment cannot import; a test holds them together.
LATENCY = Definition(
    "ml_inference_latency_seconds",
    "Time from a request's arrival in the model to its last answer.",
    HISTOGRAM,
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0),
)
ERRORS = Definition("ml_inference_errors_total", "Requests answered with an error, by its code.", COUNTER)
SERVICE = {"service": "translation"}


DEFINITIONS = {
    definition.name.removeprefix("vllm:"): definition
    for definition in (
        Definition("vllm:prompt_tokens_total", "Prompt tokens processed.", COUNTER),
        Definition("vllm:generation_tokens_total", "Tokens generated.", COUNTER),
        Definition("vllm:time_to_first_token_seconds", "Time to the first token.", HISTOGRAM, _LATENCY_S),
        Definition(
            "vllm:time_per_output_token_seconds", "A request's mean time between two tokens.", HISTOGRAM, _PER_TOKEN_S
        ),
        Definition("vllm:e2e_request_latency_seconds", "Time from arrival to the last token.", HISTOGRAM, _REQUEST_S),
        Definition("vllm:request_prompt_tokens", "Prompt tokens of a request.", HISTOGRAM, _TOKENS),
        Definition("vllm:request_generation_tokens", "Tokens generated for a request.", HISTOGRAM, _TOKENS),
        Definition("vllm:request_params_n", "Parameter n of a request.", HISTOGRAM, _SEQUENCES),
        Definition("vllm:request_queue_time_seconds", "Time a request waited for the engine.", HISTOGRAM, _LATENCY_S),
        Definition("vllm:prefix_cache_queries_total", "Prompt tokens looked up in the prefix cache.", COUNTER),
        Definition("vllm:prefix_cache_hits_total", "Prompt tokens found in the prefix cache.", COUNTER),
        Definition("vllm:num_preemptions_total", "Requests set back for want of cache.", COUNTER),
        Definition("vllm:num_requests_running", "Requests being generated.", GAUGE),
        Definition("vllm:num_requests_waiting", "Requests waiting for the engine.", GAUGE),
        Definition("vllm:kv_cache_usage_perc", "Share of the key-value cache in use, 0 to 1.", GAUGE),
    )
}


@dataclass
class Sample:
    """What one engine step adds."""

    counts: dict[str, float] = field(default_factory=dict)
    gauges: dict[str, float] = field(default_factory=dict)
    observations: dict[str, Sequence[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class EngineMetrics:
    """The metrics of one model version and the thread that reports them."""

    def __init__(self, metric_family: Any, labels: Mapping[str, str]) -> None:
        """Registers the metrics.

        Args:
            metric_family: Triton's ``MetricFamily`` class.
            labels: labels of every metric: model and version.
        """
        # The families must outlive their metrics, which is why they are kept.
        self._families = {
            definition.name: metric_family(
                name=definition.name,
                description=definition.description,
                kind=getattr(metric_family, definition.kind),
            )
            for definition in (*DEFINITIONS.values(), LATENCY, ERRORS)
        }
        self._labels = dict(labels)
        self._metrics = {name: self._metric(definition) for name, definition in DEFINITIONS.items()}
        self._metrics[LATENCY.name] = self._metric(LATENCY, **SERVICE)
        self._samples: queue.SimpleQueue[Sample] = queue.SimpleQueue()
        self._gauges: dict[str, float] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vllm-metrics", daemon=True)
        self._thread.start()

    def logger(self, config: VllmConfig, engine_index: int) -> StatLogger:  # noqa: ARG002 - vLLM's factory signature
        """The stat logger factory that vLLM calls."""
        return StatLogger(self._samples.put)

    def failed(self, status: str) -> None:
        """A request was answered with an error of this status."""
        self._samples.put(Sample(failures=[status]))

    def close(self) -> None:
        """Reports what is queued, ends the thread and withdraws the metrics.

        They must go while the server still answers: a metric left to the interpreter's end crashes the stub.
        """
        self._ending.set()
        self._thread.join()
        self._metrics.clear()
        self._families.clear()

    def _run(self) -> None:
        while not self._ending.wait(_PERIOD_S):
            self._report()
        self._report()

    def _report(self) -> None:
        """Sums up and sends what came since the last time."""
        counts: defaultdict[str, float] = defaultdict(float)
        gauges: dict[str, float] = {}
        while not self._samples.empty():
            sample = self._samples.get()
            gauges.update(sample.gauges)
            for status in sample.failures:
                if status not in self._metrics:  # statuses are few, and in capitals: no other metric is named so
                    self._metrics[status] = self._metric(ERRORS, **SERVICE, error_type=status)
                counts[status] += 1
            for name, count in sample.counts.items():
                counts[name] += count
            for name, values in sample.observations.items():
                for value in values:
                    self._metrics[name].observe(value)
        for name, value in counts.items():
            if value:
                self._metrics[name].increment(value)
        for name, value in gauges.items():
            if self._gauges.get(name) != value:
                self._metrics[name].set(value)
        self._gauges.update(gauges)

    def _metric(self, definition: Definition, **labels: str) -> Any:
        options: dict[str, Any] = {"buckets": list(definition.buckets)} if definition.buckets else {}
        return self._families[definition.name].Metric(labels={**self._labels, **labels}, **options)


class StatLogger:
    """Implements vLLM's ``StatLoggerBase`` (by form, so that importing this module does not import vLLM)."""

    def __init__(self, put: Callable[[Sample], object]) -> None:
        self._put = put

    def record(
        self,
        scheduler_stats: SchedulerStats | None,
        iteration_stats: IterationStats | None,
        mm_cache_stats: Any = None,  # noqa: ARG002 - vLLM passes it
        engine_idx: int = 0,  # noqa: ARG002
    ) -> None:
        """Called by vLLM on its event loop after every engine step."""
        sample = Sample()
        if scheduler_stats is not None:
            cache = scheduler_stats.prefix_cache_stats
            sample.counts["prefix_cache_queries_total"] = cache.queries
            sample.counts["prefix_cache_hits_total"] = cache.hits
            sample.gauges["num_requests_running"] = scheduler_stats.num_running_reqs
            sample.gauges["num_requests_waiting"] = scheduler_stats.num_waiting_reqs
            sample.gauges["kv_cache_usage_perc"] = scheduler_stats.kv_cache_usage
        if iteration_stats is not None:
            finished = iteration_stats.finished_requests
            sample.counts["prompt_tokens_total"] = iteration_stats.num_prompt_tokens
            sample.counts["generation_tokens_total"] = iteration_stats.num_generation_tokens
            sample.counts["num_preemptions_total"] = iteration_stats.num_preempted_reqs
            sample.observations = {
                "time_to_first_token_seconds": iteration_stats.time_to_first_tokens_iter,
                "time_per_output_token_seconds": [
                    request.mean_time_per_output_token for request in finished if request.num_generation_tokens > 1
                ],
                "request_params_n": iteration_stats.n_params_iter,
                "e2e_request_latency_seconds": [request.e2e_latency for request in finished],
                LATENCY.name: [request.e2e_latency for request in finished],
                "request_queue_time_seconds": [request.queued_time for request in finished],
                "request_prompt_tokens": [request.num_prompt_tokens for request in finished],
                "request_generation_tokens": [request.num_generation_tokens for request in finished],
            }
        self._put(sample)

    def log_engine_initialized(self) -> None:
        """Nothing to say: the metrics exist from the start."""

    def log(self) -> None:
        """Nothing to print."""

    def record_sleep_state(self, is_awake: int, level: int) -> None:
        """Sleep mode is not used."""
