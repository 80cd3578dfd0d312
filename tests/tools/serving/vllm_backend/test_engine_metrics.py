"""vLLM's statistics on their way to Triton: summed up over steps, since each report holds up the engine's tokens."""

from collections import defaultdict
from types import SimpleNamespace

import pytest
from engine_metrics import ERRORS, LATENCY, SERVICE, EngineMetrics

from livetranslate.protocol.metric_catalogue import BY_NAME


class Families:
    """Stands in for Triton's ``MetricFamily``, which exists in a stub only: keeps every report."""

    COUNTER, GAUGE, HISTOGRAM = "COUNTER", "GAUGE", "HISTOGRAM"

    def __init__(self) -> None:
        self.reports = defaultdict(list)
        self.labels = defaultdict(list)

    def __call__(self, *, name, description, kind):
        assert description
        assert kind in {self.COUNTER, self.GAUGE, self.HISTOGRAM}
        report = self.reports[name.removeprefix("vllm:")].append
        metric = SimpleNamespace(increment=report, set=report, observe=report)
        return SimpleNamespace(Metric=lambda *, labels, buckets=None: self._labelled(name, metric, labels))

    def _labelled(self, name, metric, labels):
        self.labels[name].append(labels)
        return metric


@pytest.fixture
def families():
    return Families()


def request(tokens: int):
    return SimpleNamespace(
        e2e_latency=2.0,
        queued_time=0.5,
        num_prompt_tokens=40,
        num_generation_tokens=tokens,
        mean_time_per_output_token=0.25,
    )


def step(*, tokens: int, running: int, finished=()):
    scheduler = SimpleNamespace(
        prefix_cache_stats=SimpleNamespace(queries=10, hits=8),
        num_running_reqs=running,
        num_waiting_reqs=0,
        kv_cache_usage=0.5,
    )
    iteration = SimpleNamespace(
        num_prompt_tokens=0,
        num_generation_tokens=tokens,
        num_preempted_reqs=0,
        time_to_first_tokens_iter=[],
        inter_token_latencies_iter=[0.1] * tokens,
        n_params_iter=[],
        finished_requests=list(finished),
    )
    return scheduler, iteration


def test_steps_are_reported_together(families):
    metrics = EngineMetrics(families, {"model": "llm", "version": "1"})
    logger = metrics.logger(None, 0)
    for _ in range(100):
        logger.record(*step(tokens=16, running=16))
    metrics.close()
    assert sum(families.reports["generation_tokens_total"]) == 1600
    assert sum(families.reports["prefix_cache_hits_total"]) == 800
    assert sum(len(reports) for reports in families.reports.values()) <= 20, "a report for each step or token"


def test_the_end_reports_what_is_still_queued_and_withdraws_the_metrics(families):
    metrics = EngineMetrics(families, {"model": "llm", "version": "1"})
    metrics.logger(None, 0).record(*step(tokens=3, running=0))
    metrics.close()
    assert families.reports["generation_tokens_total"] == [3]


def test_a_request_that_made_one_token_has_no_time_between_tokens(families):
    metrics = EngineMetrics(families, {"model": "llm", "version": "1"})
    metrics.logger(None, 0).record(*step(tokens=2, running=0, finished=[request(1), request(9)]))
    metrics.close()
    assert families.reports["time_per_output_token_seconds"] == [0.25]
    assert families.reports["request_generation_tokens"] == [1, 9]


def test_a_gauge_is_reported_when_it_moves(families):
    metrics = EngineMetrics(families, {"model": "llm", "version": "1"})
    logger = metrics.logger(None, 0)
    logger.record(*step(tokens=0, running=0))
    metrics._report()
    logger.record(*step(tokens=0, running=0))
    metrics._report()
    logger.record(*step(tokens=0, running=2))
    metrics.close()
    assert families.reports["num_requests_running"] == [0, 2]


@pytest.mark.parametrize("definition", [LATENCY, ERRORS], ids=lambda definition: definition.name)
def test_what_every_model_reports_is_told_as_the_others_tell_it(definition):
    catalogued = BY_NAME[definition.name]
    assert (definition.description, definition.kind) == (catalogued.help, catalogued.kind.value)
    assert definition.buckets == catalogued.buckets


def test_failures_are_counted_by_their_status(families):
    metrics = EngineMetrics(families, {"model": "llm", "version": "1"})
    metrics.failed("INVALID_ARG")
    metrics.failed("UNAVAILABLE")
    metrics.failed("INVALID_ARG")
    metrics.close()
    assert sorted(families.reports[ERRORS.name]) == [1, 2]
    assert {labels["error_type"] for labels in families.labels[ERRORS.name]} == {"INVALID_ARG", "UNAVAILABLE"}
    assert all(labels.items() >= SERVICE.items() for labels in families.labels[ERRORS.name])
    assert set(families.labels[ERRORS.name][0]) == set(BY_NAME[ERRORS.name].labels)
