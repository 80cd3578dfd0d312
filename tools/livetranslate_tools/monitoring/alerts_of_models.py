"""Alerts about models and their versions: errors, latency, quality, drift."""

from __future__ import annotations

from livetranslate_tools.monitoring.description import Alert, Severity

_P95 = "(ml:inference_latency_seconds:p95_5m and on (job, model, version) (ml:inference_requests:rate5m > 0.1))"

ALERTS_OF_MODELS: tuple[Alert, ...] = (
    Alert(
        "ErrorRateHigh",
        "ml:inference_errors:ratio5m > 0.02",
        "5m",
        Severity.CRITICAL,
        "Version {{ $labels.version }} of {{ $labels.model }} fails {{ $value | humanizePercentage }} of its requests",
        "Errors that are ours: INTERNAL, *_FAILED, *_UNAVAILABLE, DEADLINE_EXCEEDED. The callers' own mistakes do not "
        "count.",
        "A healthy model has none. 1 in 50 for 5 min is more than one bad request and less than what callers accept.",
    ),
    Alert(
        "VersionWorse",
        f"({_P95} > 0.1) > on (job, model) group_left () 1.5 * min by (job, model) ({_P95})",
        "10m",
        Severity.WARNING,
        "Version {{ $labels.version }} of {{ $labels.model }} is slower than another: p95 "
        "{{ $value | humanizeDuration }}",
        "The fastest version of this model that has traffic needs less than two thirds of the time.",
        "Two versions on the same machines differ by a tenth from chance. Below 0.1 s nobody feels it, and below 30 "
        "requests in 5 min (0.1/s) a p95 is chance.",
    ),
    Alert(
        "QualityDropped",
        "ml_model_quality_score < 0.9 * avg_over_time(ml_model_quality_score[1d] offset 1h)",
        "30m",
        Severity.WARNING,
        "{{ $labels.metric_type }} of {{ $labels.model }} version {{ $labels.version }} fell to "
        "{{ $value | humanizePercentage }}",
        "It is a tenth below its own mean of the day before.",
        "Sampled scores scatter by a few hundredths from sample to sample; a tenth for 30 min is not chance.",
    ),
    Alert(
        "DriftDetected",
        "livetranslate_drift_score and on (job, instance, signal) (livetranslate_drift_detected == 1)",
        "5m",
        Severity.WARNING,
        "The traffic's {{ $labels.signal }} is other than usual ({{ $value | printf `%.2f` }})",
        "Other microphones, rooms, languages or speakers than in the reference: quality may be other than measured.",
        "livetranslate drift watch judges: a score beyond its signal's smallest shift, too unusual for chance, in "
        "several windows in a row. So nothing is waited for here but a restart of it.",
    ),
)
