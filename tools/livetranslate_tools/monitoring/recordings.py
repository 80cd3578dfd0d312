"""Recording rules: what alerts and dashboards ask for more than once."""

from __future__ import annotations

from livetranslate_tools.monitoring.description import Recording
from livetranslate_tools.monitoring.queries import OUR_CODES, added, mean, quantile, rate, share, share_beside

_SERVER = ("job", "instance", "version")
_MODEL = ("job", "model", "version")

_DROPPED = rate("livetranslate_partials_dropped_total", *_SERVER)
_PARTIALS = rate("livetranslate_partials_total", *_SERVER)
_TRANSLATIONS = rate("livetranslate_translations_total", *_SERVER)
_STARTED = rate("livetranslate_sessions_started_total", *_SERVER)
_BUSY = rate("livetranslate_sessions_refused_total", *_SERVER, matching='error_type="SERVER_BUSY"')
_ANSWERED = rate("ml_inference_latency_seconds_count", *_MODEL)
_FAILED = rate("ml_inference_errors_total", *_MODEL, matching=f'error_type=~"{OUR_CODES}"')
_TRITON_MODEL = ("job", "instance", "model", "version")

RECORDINGS: tuple[Recording, ...] = (
    Recording(
        "livetranslate:word_delay_seconds:p50_5m",
        quantile(0.5, "livetranslate_word_delay_seconds", *_SERVER),
        "Delay of the median word, seconds.",
    ),
    Recording(
        "livetranslate:word_delay_seconds:p95_5m",
        quantile(0.95, "livetranslate_word_delay_seconds", *_SERVER),
        "Delay that 95 of 100 words stay below, seconds.",
    ),
    Recording(
        "livetranslate:recognition_seconds:p95_5m",
        quantile(0.95, "livetranslate_recognition_seconds", *_SERVER),
        "Time that 95 of 100 recognitions stay below, queue included, seconds.",
    ),
    Recording(
        "livetranslate:recognition_realtime:ratio5m",
        f"{rate('livetranslate_recognition_seconds_sum', *_SERVER)}"
        f" / ({rate('livetranslate_audio_seconds_total', *_SERVER)} > 0)",
        "Seconds that sessions wait for recognition a second of audio.",
    ),
    Recording(
        "livetranslate:speech:ratio5m",
        share(
            rate("livetranslate_speech_seconds_total", *_SERVER), rate("livetranslate_audio_seconds_total", *_SERVER)
        ),
        "Share of the audio that is speech.",
    ),
    Recording(
        "livetranslate:partials_dropped:ratio5m",
        share_beside(_DROPPED, _PARTIALS),
        "Share of the partial transcripts due that were left out.",
    ),
    Recording(
        "livetranslate:sessions_refused:ratio5m",
        share_beside(_BUSY, _STARTED),
        "Share of the attempts to open a session that a full server refused.",
    ),
    Recording(
        "livetranslate:sessions_broken:ratio5m",
        share(
            rate("livetranslate_sessions_ended_total", *_SERVER, matching=f'outcome=~"{OUR_CODES}"'),
            rate("livetranslate_sessions_ended_total", *_SERVER),
        ),
        "Share of the sessions over that an error of ours ended.",
    ),
    Recording(
        "livetranslate:translation_delay_seconds:p95_5m",
        quantile(0.95, "livetranslate_translation_delay_seconds", *_SERVER),
        "Time from final transcript to final translation that 95 of 100 stay below, seconds.",
    ),
    Recording(
        "livetranslate:translations_untranslated:ratio5m",
        share(rate("livetranslate_translations_total", *_SERVER, matching='outcome="UNTRANSLATED"'), _TRANSLATIONS),
        "Share of the final translations that are the source's words.",
    ),
    Recording(
        "livetranslate:translation_fallbacks:ratio5m",
        share(
            rate("livetranslate_translation_fallbacks_total", *_SERVER),
            rate("livetranslate_translation_attempts_total", *_SERVER),
        ),
        "Fallbacks an attempt.",
    ),
    Recording(
        "ml:inference_requests:rate5m",
        added(_ANSWERED, _FAILED),
        "Requests a second that a version answered, or failed by an error of ours.",
    ),
    Recording(
        "ml:inference_errors:ratio5m",
        share_beside(_FAILED, _ANSWERED),
        "Share of a version's requests that failed by an error of ours.",
    ),
    Recording(
        "ml:inference_latency_seconds:p95_5m",
        quantile(0.95, "ml_inference_latency_seconds", *_MODEL),
        "Time that 95 of 100 requests of a version stay below, seconds.",
    ),
    Recording(
        "livetranslate:batch_size:mean5m",
        mean("livetranslate_batch_size", *_TRITON_MODEL),
        "Requests that a model works on together.",
    ),
    Recording(
        "nv:inference_queue_seconds:mean5m",
        f"{rate('nv_inference_queue_duration_us', *_TRITON_MODEL)} / 1e6"
        f" / ({rate('nv_inference_request_success', *_TRITON_MODEL)} > 0)",
        "Time that a request waits in a model's queue, seconds.",
    ),
    Recording(
        "vllm:prefix_cache_hits:ratio5m",
        share(
            rate("vllm:prefix_cache_hits_total", *_TRITON_MODEL),
            rate("vllm:prefix_cache_queries_total", *_TRITON_MODEL),
        ),
        "Share of the prompt tokens that the prefix cache had.",
    ),
)

BY_NAME = {recording.name: recording for recording in RECORDINGS}
