"""Alerts about servers and their models: there, ready, on the right device, with memory left."""

from __future__ import annotations

from collections.abc import Mapping

from livetranslate_tools.monitoring.description import Alert, Severity
from livetranslate_tools.monitoring.queries import JOB
from livetranslate_tools.serving.probes import CHECKS

_PRESENT = "nv_inference_request_success"
_PROBED = "|".join(sorted(CHECKS))
"""Models that the supervisor gives a probe of their own; ensembles get none."""


def alerts_of_servers(expected_devices: Mapping[str, str]) -> tuple[Alert, ...]:
    """The alerts.

    Args:
        expected_devices: model -> device it must run on, e.g. ``whisper`` -> ``GPU``.
    """
    return (
        Alert(
            "ServerDown",
            f'up{{job="{JOB}"}} == 0',
            "1m",
            Severity.CRITICAL,
            "The server {{ $labels.instance }} does not answer",
            "Its metrics endpoint did not answer for a minute: its sessions are broken, and none can start.",
            "A restart with light models takes 6 s; a minute is four scrapes, so one lost scrape tells nobody.",
        ),
        Alert(
            "NoReadyModel",
            f"(max by (job, instance, model) (last_over_time({_PRESENT}[1d]))"
            f" unless on (job, instance, model) {_PRESENT})"
            f' and on (job, instance) (up{{job="{JOB}"}} == 1)',
            "10m",
            Severity.CRITICAL,
            "The model {{ $labels.model }} is not loaded on {{ $labels.instance }}",
            "It was served within the last day and no version of it is loaded now, though the server answers.",
            "The supervisor loads a failed model again at once; 10 min are longer than the largest model's load seen "
            "(164 s). After a day without it, it counts as taken away.",
        ),
        Alert(
            "ModelSilent",
            f'max by (job, instance, model) (increase({_PRESENT}{{model=~"{_PROBED}"}}[5m])) == 0'
            f' and on (job, instance) (up{{job="{JOB}"}} == 1)',
            "5m",
            Severity.CRITICAL,
            "The model {{ $labels.model }} on {{ $labels.instance }} has answered nothing for 5 min",
            "It is listed as loaded and answers nobody, not even the supervisor's probes: its process hangs, or was "
            "killed and does not come back.",
            "The supervisor probes an idle model every 30 s: ten probes are missing. Loading a failed model again took "
            "164 s at most.",
        ),
        Alert(
            "LiveTranslationMissing",
            f'up{{job="{JOB}"}} == 1 unless on (job, instance) {_PRESENT}{{model="live_translation"}}',
            "15m",
            Severity.WARNING,
            "{{ $labels.instance }} answers and serves no live sessions",
            "The server is up and live_translation is not loaded: it never came up, or only other models are served.",
            "A start with all models takes minutes, a large llm on a GPU more; after 15 min it is no start any more.",
        ),
        Alert(
            "ModelRestarting",
            f"max by (job, instance, model) (resets({_PRESENT}[30m])"
            ' or label_replace(changes(livetranslate_model_load_seconds[30m]), "seen_by", "load", "", "")) >= 2',
            "0m",
            Severity.WARNING,
            "The model {{ $labels.model }} on {{ $labels.instance }} was loaded again {{ $value }} times in 30 min",
            "Its process ends again and again. Each time its requests fail until it is loaded.",
            "One load is a deployment or one accident; two within half an hour are a pattern.",
        ),
        Alert(
            "DeviceFellBack",
            _device_fell_back(expected_devices),
            "5m",
            Severity.WARNING,
            "{{ $labels.model }} on {{ $labels.instance }} runs on {{ $labels.device }}",
            "It ran on a GPU or NPU within the last week, or is configured to, and now does not: it is slower, and the "
            "server holds fewer sessions.",
            "The device is chosen once a load; 5 min keep a reload in between from telling.",
        ),
        Alert(
            "MemoryHigh",
            "nv_cpu_memory_used_bytes / nv_cpu_memory_total_bytes > 0.9",
            "10m",
            Severity.WARNING,
            "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory",
            "When none is left, the system ends a process, most likely the llm's.",
            "The largest of our processes, with the small llm, has 3 GB; of 32 GB a tenth is what its reload needs.",
        ),
    )


def _device_fell_back(expected_devices: Mapping[str, str]) -> str:
    labels = "job, instance, model"
    before = (
        '(livetranslate_device_info{device="CPU"} == 1)'
        f" and on ({labels}) (max_over_time(livetranslate_device_info"
        '{device=~"(GPU|NPU).*"}[1w]) == 1)'
    )
    configured = (
        f'(livetranslate_device_info{{model="{model}",device!~"{device}.*"}} == 1)'
        for model, device in sorted(expected_devices.items())
    )
    return " or ".join((before, *configured))
