"""Is the new version as good as the old one?"""

from __future__ import annotations

from livetranslate_tools.monitoring.dashboards.selection import graph, or_zero
from livetranslate_tools.monitoring.description import Dashboard, Row
from livetranslate_tools.monitoring.queries import quantile, rate

_BY = ("model", "version")
_LEGEND = "{{model}} v{{version}}"
_MODEL = 'model=~"$model",version=~"$version"'
_LIVE = 'version=~"$version"'
_REQUESTS = f"ml:inference_requests:rate5m{{{_MODEL}}}"
_P95 = f"ml:inference_latency_seconds:p95_5m{{{_MODEL}}}"

ROLLOUT = Dashboard(
    "livetranslate-rollout",
    "LiveTranslate: rollout",
    "Is the new version as good as the old one? All servers together; one line a version.",
    (
        Row(
            "Models",
            (
                graph(
                    "Share of the traffic",
                    (
                        f"{_REQUESTS} / on (job, model) group_left () (sum by (job, model) ({_REQUESTS}) > 0)",
                        _LEGEND,
                    ),
                    unit="percentunit",
                    note="Compare versions only where each has enough of it: 30 requests in 5 min.",
                ),
                graph("Requests", (_REQUESTS, _LEGEND), unit="reqps"),
                graph("Latency, p95", (_P95, _LEGEND), unit="s"),
                graph(
                    "Latency, p95, as a multiple of the fastest version",
                    (f"{_P95} / on (job, model) group_left () min by (job, model) ({_P95})", _LEGEND),
                    note="The alert VersionWorse begins at 1.5.",
                ),
                graph(
                    "Share of errors of ours", (f"ml:inference_errors:ratio5m{{{_MODEL}}}", _LEGEND), unit="percentunit"
                ),
                graph(
                    "Errors, by code",
                    (
                        or_zero(rate("ml_inference_errors_total", *_BY, "error_type", matching=_MODEL)),
                        _LEGEND + " {{error_type}}",
                    ),
                    unit="reqps",
                ),
                graph(
                    "Quality, sampled online",
                    (
                        f"avg by (model, version, metric_type) (ml_model_quality_score{{{_MODEL}}})",
                        _LEGEND + " {{metric_type}}",
                    ),
                    unit="percentunit",
                    empty_because="Written when quality is sampled online.",
                ),
                graph(
                    "Servers that have the version",
                    (f"count by (model, version) (nv_inference_request_success{{{_MODEL}}})", _LEGEND),
                ),
            ),
        ),
        Row(
            "Live sessions, by version of live_translation",
            (
                graph("Open", (f"sum by (version) (livetranslate_sessions_open{{{_LIVE}}})", "v{{version}}")),
                graph(
                    "Word delay, p95",
                    (quantile(0.95, "livetranslate_word_delay_seconds", "version", matching=_LIVE), "v{{version}}"),
                    unit="s",
                ),
                graph(
                    "Confidence of words, p50",
                    (quantile(0.5, "livetranslate_word_confidence", "version", matching=_LIVE), "v{{version}}"),
                    unit="percentunit",
                ),
                graph(
                    "Ended by an error of ours",
                    (f"max by (version) (livetranslate:sessions_broken:ratio5m{{{_LIVE}}})", "v{{version}}"),
                    unit="percentunit",
                ),
                graph(
                    "Translations flagged",
                    (
                        or_zero(rate("livetranslate_translation_flags_total", "version", "flag", matching=_LIVE)),
                        "v{{version}} {{flag}}",
                    ),
                    unit="ops",
                ),
            ),
        ),
    ),
)
