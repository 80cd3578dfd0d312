"""Which model, in which version, is slow, failing or full?"""

from __future__ import annotations

from livetranslate_tools.monitoring.dashboards.selection import OF_MODEL, graph, number, or_zero, table
from livetranslate_tools.monitoring.description import Dashboard, Row
from livetranslate_tools.monitoring.queries import quantile, rate

_BY = ("model", "version")
_LEGEND = "{{model}} v{{version}}"
_FLEET = 'version=~"$version",model=~"$model"'


def _rate(name: str, *labels: str) -> str:
    return rate(name, *_BY, *labels, matching=OF_MODEL)


MODELS = Dashboard(
    "livetranslate-models",
    "LiveTranslate: models by version",
    "Which model, in which version, is slow, failing or full?",
    (
        Row(
            "Requests",
            (
                number("Models loaded", f"count(count by (model) (nv_inference_request_success{{{OF_MODEL}}}))"),
                number(
                    "Worst share of errors of ours",
                    f"max(ml:inference_errors:ratio5m{{{_FLEET}}})",
                    unit="percentunit",
                    steps=(0.01, 0.02),
                ),
                graph("Requests answered", (_rate("nv_inference_request_success"), _LEGEND), unit="reqps"),
                graph(
                    "Requests failed, as Triton sees it",
                    (_rate("nv_inference_request_failure", "reason"), _LEGEND + " {{reason}}"),
                    unit="reqps",
                ),
                graph(
                    "Errors, by code",
                    (or_zero(_rate("ml_inference_errors_total", "error_type")), _LEGEND + " {{error_type}}"),
                    unit="reqps",
                ),
                graph(
                    "Share of errors of ours",
                    (f"ml:inference_errors:ratio5m{{{_FLEET}}}", _LEGEND),
                    unit="percentunit",
                ),
            ),
        ),
        Row(
            "Time",
            (
                graph(
                    "Latency, p95",
                    (f"ml:inference_latency_seconds:p95_5m{{{_FLEET}}}", _LEGEND),
                    unit="s",
                ),
                graph(
                    "Latency, p50",
                    (quantile(0.5, "ml_inference_latency_seconds", *_BY, matching=OF_MODEL), _LEGEND),
                    unit="s",
                ),
                graph(
                    "Time in the queue, mean",
                    (f"nv:inference_queue_seconds:mean5m{{{OF_MODEL}}}", "{{instance}} " + _LEGEND),
                    unit="s",
                ),
                graph(
                    "Time in Triton, mean",
                    (
                        f"{_rate('nv_inference_request_duration_us')} / 1e6"
                        f" / ({_rate('nv_inference_request_success')} > 0)",
                        _LEGEND,
                    ),
                    unit="s",
                    note="A live session counts from its start to its end.",
                ),
                graph(
                    "Computing, mean of a call",
                    (
                        f"{_rate('nv_inference_compute_infer_duration_us')} / 1e6"
                        f" / ({_rate('nv_inference_exec_count')} > 0)",
                        _LEGEND,
                    ),
                    unit="s",
                ),
                graph(
                    "Waiting requests", (f"nv_inference_pending_request_count{{{OF_MODEL}}}", "{{instance}} " + _LEGEND)
                ),
            ),
        ),
        Row(
            "Batches, loads, devices",
            (
                graph("Batch, mean", (f"livetranslate:batch_size:mean5m{{{OF_MODEL}}}", "{{instance}} " + _LEGEND)),
                graph(
                    "Batch as Triton counts it",
                    (f"{_rate('nv_inference_count')} / ({_rate('nv_inference_exec_count')} > 0)", _LEGEND),
                ),
                graph(
                    "Load time",
                    (f"livetranslate_model_load_seconds{{{OF_MODEL}}}", "{{instance}} " + _LEGEND),
                    unit="s",
                ),
                table(
                    "Devices", f"max by (instance, model, version, device) (livetranslate_device_info{{{OF_MODEL}}})"
                ),
                graph(
                    "Quality, sampled online",
                    (f"ml_model_quality_score{{{OF_MODEL}}}", "{{instance}} " + _LEGEND + " {{metric_type}}"),
                    unit="percentunit",
                    empty_because="Written when quality is sampled online.",
                ),
            ),
        ),
    ),
)
