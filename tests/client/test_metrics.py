"""What models report reaches Triton once, from one thread, under names that the catalogue knows."""

import re
import threading

import pytest
from tests.client.fake_triton_metrics import FakeMetrics

from livetranslate.protocol import ErrorCode
from livetranslate.protocol.metric_catalogue import CATALOGUE, MetricKind
from livetranslate.protocol.metric_reporter import MetricReporter
from livetranslate.protocol.request_metrics import RequestMetrics

LATENCY = {"service": "audio", "model": "audio_decoder", "version": "1"}


def reporter(triton: FakeMetrics) -> MetricReporter:
    """One that reports only when it is closed."""
    return MetricReporter(triton, labels={"version": "3"}, period_s=60.0)


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_is_named_and_described_as_prometheus_asks(metric):
    assert re.fullmatch(r"(ml|livetranslate)_[a-z_]+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is MetricKind.COUNTER)
    assert metric.labels[-1] == "version"
    assert bool(metric.buckets) == (metric.kind is MetricKind.HISTOGRAM)
    assert list(metric.buckets) == sorted(set(metric.buckets))
    assert metric.help.endswith(".")
    assert metric.action.endswith(".")
    if metric.unit == "s":
        assert "seconds" in metric.name


def test_names_are_unique():
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE)


def test_values_of_many_threads_are_summed_and_sent_by_one():
    triton = FakeMetrics()
    reports = reporter(triton)
    threads = [
        threading.Thread(
            target=lambda: [reports.count("livetranslate_words_total", 2, language="es") for _ in range(500)]
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reports.close()
    assert triton.of("livetranslate_words_total", language="es", version="3") == [8000.0]
    assert triton.threads == {"metrics"}


def test_every_observation_is_sent_and_a_gauge_only_when_it_has_changed():
    triton = FakeMetrics()
    reports = MetricReporter(triton, labels={"version": "3"}, period_s=0.01)
    seen = threading.Event()
    rounds = []

    def collect(target: MetricReporter) -> None:
        target.set("livetranslate_sessions_open", 4)
        rounds.append(1)
        if len(rounds) > 3:
            seen.set()

    reports.collect = collect
    for value in (0.2, 0.4, 0.4):
        reports.observe("livetranslate_word_delay_seconds", value)
    assert seen.wait(10)
    reports.close()
    assert triton.of("livetranslate_sessions_open", version="3") == [4]
    assert triton.of("livetranslate_word_delay_seconds", version="3") == [0.2, 0.4, 0.4]
    assert triton.families["livetranslate_word_delay_seconds"].buckets[0] == 0.25


def test_a_missing_label_is_named():
    triton = FakeMetrics()
    reports = reporter(triton)
    with pytest.raises(ValueError, match=r"livetranslate_words_total needs the label 'language'"):
        reports.count("livetranslate_words_total")
    reports.close()


def test_a_server_without_metrics_is_told_of_once_and_harms_nothing():
    triton = FakeMetrics(refusal="metrics not supported")
    reports = reporter(triton)
    reports.count("livetranslate_partials_total")
    reports.count("livetranslate_sessions_started_total")
    reports.close()
    assert triton.logged == ["The server's metrics are off; this model's are not reported."]


def test_a_value_that_triton_refuses_does_not_end_the_reports():
    triton = FakeMetrics(refusal="negative")
    reports = reporter(triton)
    reports.count("livetranslate_partials_total", -1.0)
    reports.close()
    assert triton.logged == ["The metric livetranslate_partials_total did not take increment -1: negative"]


def test_a_failing_collector_is_logged_and_the_rest_is_sent():
    triton = FakeMetrics()
    reports = MetricReporter(triton, labels={"version": "3"}, period_s=0.01)
    broken = threading.Event()

    def collect(_: MetricReporter) -> None:
        if not broken.is_set():
            broken.set()
            raise RuntimeError("not yet")

    reports.collect = collect
    assert broken.wait(10)
    reports.count("livetranslate_partials_total")
    reports.close()
    assert triton.logged == ["Metrics were not reported: RuntimeError: not yet"]
    assert triton.of("livetranslate_partials_total", version="3") == [1.0]


def test_a_request_is_a_latency_or_an_error_once():
    triton = FakeMetrics()
    metrics = RequestMetrics(triton, service="audio", model="audio_decoder", version="1")
    metrics.loaded("CPU")
    done, failed = metrics.begin(None), metrics.begin(None)
    done(None)
    done(ErrorCode.INTERNAL)
    failed(ErrorCode.AUDIO_TOO_LONG)
    metrics.batch(2)
    metrics.close()
    (latency_s,) = triton.of("ml_inference_latency_seconds", **LATENCY)
    assert latency_s >= 0
    assert triton.of("ml_inference_errors_total", error_type="AUDIO_TOO_LONG", **LATENCY) == [1.0]
    assert triton.of("ml_inference_errors_total", error_type="INTERNAL", **LATENCY) == []
    assert triton.of("livetranslate_batch_size", model="audio_decoder", version="1") == [2.0]
    assert triton.of("livetranslate_device_info", model="audio_decoder", version="1", device="CPU") == [1.0]
