"""Do translations come in time, from which route, and has the llm room?"""

from __future__ import annotations

from livetranslate_tools.monitoring.dashboards.selection import OF_MODEL, OF_SERVER, OF_VERSION, graph, number, or_zero
from livetranslate_tools.monitoring.description import Dashboard, Row
from livetranslate_tools.monitoring.queries import quantile, rate

_BY = ("instance", "version")
_LEGEND = "{{instance}} v{{version}}"
_LLM = ("instance", "model", "version")


def _rate(name: str, *labels: str) -> str:
    return rate(name, *_BY, *labels, matching=OF_VERSION)


def _token_time(share: float, name: str) -> str:
    return quantile(share, name, *_LLM, matching=OF_MODEL)


TRANSLATION = Dashboard(
    "livetranslate-translation",
    "LiveTranslate: translation",
    "Do translations come in time, from which route, and has the llm room?",
    (
        Row(
            "Sentences",
            (
                number(
                    "Delay, p95",
                    f"max(livetranslate:translation_delay_seconds:p95_5m{{{OF_VERSION}}})",
                    unit="s",
                    steps=(2.5, 4),
                ),
                number(
                    "Untranslated",
                    f"max(livetranslate:translations_untranslated:ratio5m{{{OF_VERSION}}})",
                    unit="percentunit",
                    steps=(0.02, 0.05),
                ),
                number(
                    "Breakers open",
                    f"count(livetranslate_translation_breaker_state{{{OF_SERVER}}} == 2) or on () vector(0)",
                    steps=(1, 1),
                ),
                graph(
                    "Translations, by language and outcome",
                    (
                        _rate("livetranslate_translations_total", "language", "outcome"),
                        "{{language}} {{outcome}}, " + _LEGEND,
                    ),
                    unit="ops",
                ),
                graph(
                    "Delay, by language",
                    (
                        quantile(0.5, "livetranslate_translation_delay_seconds", *_BY, "language", matching=OF_VERSION),
                        "p50 {{language}}, " + _LEGEND,
                    ),
                    (
                        quantile(
                            0.95, "livetranslate_translation_delay_seconds", *_BY, "language", matching=OF_VERSION
                        ),
                        "p95 {{language}}, " + _LEGEND,
                    ),
                    unit="s",
                ),
                graph(
                    "Flags",
                    (or_zero(_rate("livetranslate_translation_flags_total", "flag")), "{{flag}}, " + _LEGEND),
                    unit="ops",
                ),
            ),
        ),
        Row(
            "Routes",
            (
                graph(
                    "Attempts, by route and outcome",
                    (
                        _rate("livetranslate_translation_attempts_total", "route", "outcome"),
                        "{{route}} {{outcome}}, " + _LEGEND,
                    ),
                    unit="ops",
                ),
                graph(
                    "Mean time of an attempt",
                    (
                        f"{_rate('livetranslate_translation_attempt_seconds_total', 'route')}"
                        f" / ({_rate('livetranslate_translation_attempts_total', 'route')} > 0)",
                        "{{route}}, " + _LEGEND,
                    ),
                    unit="s",
                ),
                graph(
                    "Fallbacks",
                    (
                        or_zero(_rate("livetranslate_translation_fallbacks_total", "from_route", "to_route")),
                        "{{from_route}} to {{to_route}}, " + _LEGEND,
                    ),
                    unit="ops",
                ),
                graph(
                    "Fallbacks an attempt",
                    (f"livetranslate:translation_fallbacks:ratio5m{{{OF_VERSION}}}", _LEGEND),
                    unit="percentunit",
                ),
                graph(
                    "Circuit breakers",
                    (f"livetranslate_translation_breaker_state{{{OF_VERSION}}}", "{{route}}, " + _LEGEND),
                ),
                graph(
                    "Changes of circuit breakers",
                    (
                        or_zero(_rate("livetranslate_translation_breaker_changes_total", "route", "state")),
                        "{{route}} {{state}}, " + _LEGEND,
                    ),
                    unit="ops",
                ),
            ),
        ),
        Row(
            "The llm",
            (
                graph(
                    "Requests",
                    (f"vllm:num_requests_running{{{OF_MODEL}}}", "running, {{instance}} v{{version}}"),
                    (f"vllm:num_requests_waiting{{{OF_MODEL}}}", "waiting, {{instance}} v{{version}}"),
                ),
                graph(
                    "Key-value cache in use", (f"vllm:kv_cache_usage_perc{{{OF_MODEL}}}", _LEGEND), unit="percentunit"
                ),
                graph(
                    "Time to the first token",
                    (_token_time(0.5, "vllm:time_to_first_token_seconds"), f"p50, {_LEGEND}"),
                    (_token_time(0.95, "vllm:time_to_first_token_seconds"), f"p95, {_LEGEND}"),
                    unit="s",
                ),
                graph(
                    "Time a token",
                    (_token_time(0.5, "vllm:time_per_output_token_seconds"), f"p50, {_LEGEND}"),
                    (_token_time(0.95, "vllm:time_per_output_token_seconds"), f"p95, {_LEGEND}"),
                    unit="s",
                ),
                graph(
                    "Tokens",
                    (rate("vllm:prompt_tokens_total", *_LLM, matching=OF_MODEL), f"in prompts, {_LEGEND}"),
                    (rate("vllm:generation_tokens_total", *_LLM, matching=OF_MODEL), f"generated, {_LEGEND}"),
                    unit="ops",
                ),
                graph(
                    "Prefix cache hits", (f"vllm:prefix_cache_hits:ratio5m{{{OF_MODEL}}}", _LEGEND), unit="percentunit"
                ),
                graph(
                    "Set back for want of cache",
                    (rate("vllm:num_preemptions_total", *_LLM, matching=OF_MODEL), _LEGEND),
                    unit="ops",
                ),
            ),
        ),
    ),
)
