"""Alerts about translation: late, missing, its routes, its llm."""

from __future__ import annotations

from livetranslate_tools.monitoring.description import Alert, Severity

ALERTS_OF_TRANSLATION: tuple[Alert, ...] = (
    Alert(
        "TranslationSlow",
        "livetranslate:translation_delay_seconds:p95_5m > 4",
        "10m",
        Severity.WARNING,
        "Translations on {{ $labels.instance }} come {{ $value | humanizeDuration }} after their transcripts (p95)",
        "A translation comes when the next sentence is already spoken.",
        "A sentence takes about 4 s to speak; slower than that, translations pile up. 4 s is an edge of the buckets.",
    ),
    Alert(
        "TranslationsUntranslated",
        "livetranslate:translations_untranslated:ratio5m > 0.05",
        "5m",
        Severity.CRITICAL,
        "{{ $value | humanizePercentage }} of the translations on {{ $labels.instance }} are the source's words",
        "No route gave a usable answer: readers see the speaker's language.",
        "Single sentences (names, half words) cannot be translated; 1 in 20 over 5 min is no such sentence.",
    ),
    Alert(
        "BreakerOpen",
        "max by (job, instance, route) (livetranslate_translation_breaker_state) == 2",
        "2m",
        Severity.WARNING,
        "The translation route {{ $labels.route }} on {{ $labels.instance }} is left alone",
        "Its circuit breaker is open: it failed again and again. Sentences go to the next route, if there is one.",
        "A breaker tries again by itself after 30 s; open for 2 min is a route that stays ill.",
    ),
    Alert(
        "FallbacksRising",
        "livetranslate:translation_fallbacks:ratio5m > 0.1",
        "10m",
        Severity.WARNING,
        "{{ $value | humanizePercentage }} of the translation attempts on {{ $labels.instance }} fall back",
        "The first route fails or is too slow; the next one may be slower, worse or paid for.",
        "A tenth for 10 min is more than single hard sentences and long before the breaker opens for good.",
    ),
    Alert(
        "LlmQueueLong",
        "avg_over_time(vllm:num_requests_waiting[5m]) > 4",
        "5m",
        Severity.WARNING,
        "{{ $value | humanize }} requests wait for {{ $labels.model }} on {{ $labels.instance }}",
        "The llm is full: each sentence waits for those before it.",
        "vLLM works on many at once and lets none wait when it has room. With 0.5 to 1 s a sentence, 4 waiting ones "
        "are up to 4 s more delay.",
    ),
    Alert(
        "KvCacheFull",
        "vllm:kv_cache_usage_perc > 0.95",
        "5m",
        Severity.WARNING,
        "{{ $labels.model }} on {{ $labels.instance }} has {{ $value | humanizePercentage }} of its cache in use",
        "When it is full, vLLM sets requests back and computes them again.",
        "Sentences are short, so the cache is mostly empty; 0.95 leaves room for about one long prompt.",
    ),
)
