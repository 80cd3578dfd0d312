"""Is the fleet well, and which server is not?"""

from __future__ import annotations

from livetranslate_tools.monitoring.dashboards.selection import OF_SERVER, OF_VERSION, graph, number, or_zero, table
from livetranslate_tools.monitoring.description import Dashboard, Row
from livetranslate_tools.monitoring.queries import JOB, OUR_CODES

FLEET = Dashboard(
    "livetranslate-fleet",
    "LiveTranslate: fleet",
    "Is the fleet well, and which server is not?",
    (
        Row(
            "Now",
            (
                number("Servers that answer", f'sum(up{{job="{JOB}",{OF_SERVER}}})'),
                number(
                    "Servers that do not",
                    f'sum(up{{job="{JOB}",{OF_SERVER}}} == bool 0)',
                    steps=(1, 1),
                ),
                number("Sessions open", f"sum(livetranslate_sessions_open{{{OF_VERSION}}})"),
                number(
                    "Speakers in real time",
                    f"sum(rate(livetranslate_audio_seconds_total{{{OF_VERSION}}}[5m]))",
                    note="Seconds of audio a second, over 5 min.",
                ),
                number(
                    "Alerts firing",
                    or_zero('count(ALERTS{alertstate="firing"})'),
                    steps=(1, 3),
                    note="Prometheus' own series of the alerts of this installation.",
                ),
                number(
                    "Refused in 1 h, server full",
                    or_zero(
                        "sum(increase(livetranslate_sessions_refused_total"
                        f'{{{OF_VERSION},error_type="SERVER_BUSY"}}[1h]))'
                    ),
                    steps=(1, 20),
                ),
            ),
        ),
        Row(
            "Servers",
            (
                graph(
                    "Sessions open",
                    (f"sum by (instance) (livetranslate_sessions_open{{{OF_VERSION}}})", "{{instance}}"),
                ),
                graph(
                    "Audio waiting",
                    (f"sum by (instance) (livetranslate_audio_waiting_seconds{{{OF_VERSION}}})", "{{instance}}"),
                    unit="s",
                ),
                graph(
                    "Word delay, p95",
                    (f"livetranslate:word_delay_seconds:p95_5m{{{OF_VERSION}}}", "{{instance}} v{{version}}"),
                    unit="s",
                ),
                graph(
                    "Errors that are ours",
                    (
                        or_zero(
                            "sum by (instance, model, error_type) (rate(ml_inference_errors_total"
                            f'{{{OF_VERSION},error_type=~"{OUR_CODES}"}}[5m]))'
                        ),
                        "{{instance}} {{model}} {{error_type}}",
                    ),
                    unit="reqps",
                ),
                graph("Processors", (f"nv_cpu_utilization{{{OF_SERVER}}}", "{{instance}}"), unit="percentunit"),
                graph(
                    "Memory",
                    (f"nv_cpu_memory_used_bytes{{{OF_SERVER}}}", "{{instance}} used"),
                    (f"nv_cpu_memory_total_bytes{{{OF_SERVER}}}", "{{instance}} of"),
                    unit="bytes",
                ),
                graph(
                    "GPU busy",
                    (f"nv_gpu_utilization{{{OF_SERVER}}}", "{{instance}} {{gpu_uuid}}"),
                    unit="percentunit",
                    empty_because="Triton reports it with NVIDIA GPUs only.",
                ),
                graph(
                    "GPU memory",
                    (f"nv_gpu_memory_used_bytes{{{OF_SERVER}}}", "{{instance}} {{gpu_uuid}}"),
                    unit="bytes",
                    empty_because="Triton reports it with NVIDIA GPUs only.",
                ),
            ),
        ),
        Row(
            "Traffic",
            (
                graph(
                    "Drift",
                    ("livetranslate_drift_score", "{{signal}}, {{instance}}"),
                    ("livetranslate_drift_detected", "{{signal}} drifts, {{instance}}"),
                    empty_because="livetranslate drift watch reports it, not the server.",
                ),
                table(
                    "What runs where",
                    f"max by (instance, model, version, device) (livetranslate_device_info{{{OF_VERSION}}})",
                ),
            ),
        ),
    ),
)
