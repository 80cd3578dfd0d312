"""A case for every recording rule."""

from __future__ import annotations

from tests.tools.monitoring.rule_cases import RecordingCase, counter, histogram

V1 = 'version="1"'
WHISPER = 'model="whisper",version="1"'
LLM = 'model="llm",version="1"'
JOB = {"job": "livetranslate"}
OF_SERVER = {**JOB, "instance": "a:8002", "version": "1"}
OF_MODEL = {**JOB, "model": "whisper", "version": "1"}
OF_INSTANCE = {**OF_MODEL, "instance": "a:8002"}
SERVICE = f'service="speech_recognition",{WHISPER}'

# Ten a minute below 1, ten from 1 to 2: the median is 1, and 95 of 100 are below 1.9.
TEN_AND_TEN = {"1.0": 10, "2.0": 10, "+Inf": 0}
NOTHING = {"1.0": 0, "2.0": 0, "+Inf": 0}

RECORDING_CASES: dict[str, RecordingCase] = {
    "livetranslate:word_delay_seconds:p50_5m": RecordingCase(
        histogram("livetranslate_word_delay_seconds", V1, TEN_AND_TEN),
        OF_SERVER,
        1.0,
        histogram("livetranslate_word_delay_seconds", V1, NOTHING),
    ),
    "livetranslate:word_delay_seconds:p95_5m": RecordingCase(
        histogram("livetranslate_word_delay_seconds", V1, TEN_AND_TEN),
        OF_SERVER,
        1.9,
        histogram("livetranslate_word_delay_seconds", V1, NOTHING),
    ),
    "livetranslate:recognition_seconds:p95_5m": RecordingCase(
        histogram("livetranslate_recognition_seconds", V1, TEN_AND_TEN),
        OF_SERVER,
        1.9,
        histogram("livetranslate_recognition_seconds", V1, NOTHING),
    ),
    "livetranslate:recognition_realtime:ratio5m": RecordingCase(
        {
            **counter("livetranslate_recognition_seconds_sum", V1, 15),
            **counter("livetranslate_audio_seconds_total", V1, 60),
        },
        OF_SERVER,
        0.25,
        {
            **counter("livetranslate_recognition_seconds_sum", V1, 0),
            **counter("livetranslate_audio_seconds_total", V1, 0),
        },
    ),
    "livetranslate:speech:ratio5m": RecordingCase(
        {
            **counter("livetranslate_speech_seconds_total", V1, 45),
            **counter("livetranslate_audio_seconds_total", V1, 60),
        },
        OF_SERVER,
        0.75,
        counter("livetranslate_audio_seconds_total", V1, 60),
        quiet_value=0.0,
    ),
    "livetranslate:partials_dropped:ratio5m": RecordingCase(
        {
            **counter("livetranslate_partials_dropped_total", V1, 20),
            **counter("livetranslate_partials_total", V1, 60),
        },
        OF_SERVER,
        0.25,
        counter("livetranslate_partials_total", V1, 60),
        quiet_value=0.0,
    ),
    "livetranslate:sessions_refused:ratio5m": RecordingCase(
        counter("livetranslate_sessions_refused_total", f'error_type="SERVER_BUSY",{V1}', 3),
        OF_SERVER,
        1.0,
        {
            **counter("livetranslate_sessions_refused_total", f'error_type="OPTION_INVALID",{V1}', 3),
            **counter("livetranslate_sessions_started_total", V1, 1),
        },
        quiet_value=0.0,
    ),
    "livetranslate:sessions_broken:ratio5m": RecordingCase(
        {
            **counter("livetranslate_sessions_ended_total", f'outcome="MODEL_UNAVAILABLE",{V1}', 1),
            **counter("livetranslate_sessions_ended_total", f'outcome="DONE",{V1}', 3),
        },
        OF_SERVER,
        0.25,
        {
            **counter("livetranslate_sessions_ended_total", f'outcome="CANCELLED",{V1}', 1),
            **counter("livetranslate_sessions_ended_total", f'outcome="SESSION_IDLE",{V1}', 3),
        },
        quiet_value=0.0,
    ),
    "livetranslate:translation_delay_seconds:p95_5m": RecordingCase(
        histogram("livetranslate_translation_delay_seconds", f'language="es",{V1}', TEN_AND_TEN),
        OF_SERVER,
        1.9,
        histogram("livetranslate_translation_delay_seconds", f'language="es",{V1}', NOTHING),
    ),
    "livetranslate:translations_untranslated:ratio5m": RecordingCase(
        {
            **counter("livetranslate_translations_total", f'language="es",outcome="UNTRANSLATED",{V1}', 1),
            **counter("livetranslate_translations_total", f'language="es",outcome="TRANSLATED",{V1}', 3),
        },
        OF_SERVER,
        0.25,
        counter("livetranslate_translations_total", f'language="es",outcome="TRANSLATED",{V1}', 3),
        quiet_value=0.0,
    ),
    "livetranslate:translation_fallbacks:ratio5m": RecordingCase(
        {
            **counter("livetranslate_translation_fallbacks_total", f'from_route="llm",to_route="llm_fallback",{V1}', 1),
            **counter("livetranslate_translation_attempts_total", f'route="llm",outcome="ok",{V1}', 4),
        },
        OF_SERVER,
        0.25,
        counter("livetranslate_translation_attempts_total", f'route="llm",outcome="ok",{V1}', 4),
        quiet_value=0.0,
    ),
    "ml:inference_requests:rate5m": RecordingCase(
        {
            **counter("ml_inference_latency_seconds_count", SERVICE, 90),
            **counter("ml_inference_errors_total", f'error_type="INTERNAL",{SERVICE}', 30),
        },
        OF_MODEL,
        2.0,
        counter("ml_inference_latency_seconds_count", SERVICE, 0),
        quiet_value=0.0,
    ),
    "ml:inference_errors:ratio5m": RecordingCase(
        counter("ml_inference_errors_total", f'error_type="INTERNAL",{SERVICE}', 3),
        OF_MODEL,
        1.0,
        {
            **counter("ml_inference_errors_total", f'error_type="OPTION_INVALID",{SERVICE}', 30),
            **counter("ml_inference_latency_seconds_count", SERVICE, 90),
        },
        quiet_value=0.0,
    ),
    "ml:inference_latency_seconds:p95_5m": RecordingCase(
        histogram("ml_inference_latency_seconds", SERVICE, TEN_AND_TEN),
        OF_MODEL,
        1.9,
        histogram("ml_inference_latency_seconds", SERVICE, NOTHING),
    ),
    "livetranslate:batch_size:mean5m": RecordingCase(
        {
            **counter("livetranslate_batch_size_sum", WHISPER, 30),
            **counter("livetranslate_batch_size_count", WHISPER, 12),
        },
        OF_INSTANCE,
        2.5,
        {
            **counter("livetranslate_batch_size_sum", WHISPER, 0),
            **counter("livetranslate_batch_size_count", WHISPER, 0),
        },
    ),
    "nv:inference_queue_seconds:mean5m": RecordingCase(
        {
            **counter("nv_inference_queue_duration_us", WHISPER, 6e6),
            **counter("nv_inference_request_success", WHISPER, 24),
        },
        OF_INSTANCE,
        0.25,
        {
            **counter("nv_inference_queue_duration_us", WHISPER, 0),
            **counter("nv_inference_request_success", WHISPER, 0),
        },
    ),
    "vllm:prefix_cache_hits:ratio5m": RecordingCase(
        {**counter("vllm:prefix_cache_hits_total", LLM, 30), **counter("vllm:prefix_cache_queries_total", LLM, 120)},
        {**OF_INSTANCE, "model": "llm"},
        0.25,
        {**counter("vllm:prefix_cache_hits_total", LLM, 0), **counter("vllm:prefix_cache_queries_total", LLM, 0)},
    ),
}
