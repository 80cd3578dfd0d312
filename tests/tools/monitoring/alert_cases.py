"""A case for every alert: one that fires, and one close to it that must not."""

from __future__ import annotations

from tests.tools.monitoring.rule_cases import SERVER, AlertCase, counter, gauge, histogram

V1 = 'version="1"'
LLM = 'model="llm",version="1"'
WHISPER = 'model="whisper",version="1"'
SERVICE = 'service="speech_recognition"'
INSTANCE = {"instance": "a:8002"}
OF_VERSION = {**INSTANCE, "version": "1"}
OF_MODEL = {**INSTANCE, "model": "whisper"}
UP = gauge("up", "", 1)
PRESENT = "nv_inference_request_success"
DEVICE = "livetranslate_device_info"
LOAD = "livetranslate_model_load_seconds"


def whisper(version: int, slow_share: float, requests_a_minute: float = 60) -> dict[str, str]:
    """Requests of which a share takes 0.5 to 0.75 s, the others 0.1 to 0.2 s."""
    slow = requests_a_minute * slow_share
    buckets = {"0.1": 0.0, "0.2": requests_a_minute - slow, "0.5": 0.0, "0.75": slow, "+Inf": 0.0}
    return dict(histogram("ml_inference_latency_seconds", f'{SERVICE},model="whisper",version="{version}"', buckets))


def drift(score: float, *, detected: float) -> dict[str, str]:
    """A signal as ``livetranslate drift watch`` reports it."""
    label = 'signal="snr"'
    return {
        **gauge("livetranslate_drift_score", label, score),
        **gauge("livetranslate_drift_detected", label, detected),
    }


SERVER_CASES: dict[str, AlertCase] = {
    "ServerDown": AlertCase(
        gauge("up", "", 0),
        {f"up{{{SERVER}}}": "1+0x29 0 1+0x30"},
        INSTANCE,  # one lost scrape
    ),
    "NoReadyModel": AlertCase(
        {**UP, f"{PRESENT}{{{SERVER},{WHISPER}}}": "0+5x10"},
        # Gone for seven minutes: that is a load. And one version is gone, the other is there.
        {
            **UP,
            f"{PRESENT}{{{SERVER},{WHISPER}}}": "0+5x10 _x7 1+5x60",
            f"{PRESENT}{{{SERVER},{LLM}}}": "0+5x10",
            f'{PRESENT}{{{SERVER},model="llm",version="2"}}': "0+5x60",
        },
        OF_MODEL,
    ),
    "ModelSilent": AlertCase(
        # It was killed after ten minutes, and Triton shows its last value.
        {**UP, f"{PRESENT}{{{SERVER},{WHISPER}}}": "0+5x10 50+0x60"},
        # Only probes; an ensemble that nobody calls; and one that stood still while it was loaded again.
        {
            **UP,
            **counter(PRESENT, WHISPER, 2),
            **counter(PRESENT, 'model="transcribe",version="1"', 0),
            f"{PRESENT}{{{SERVER},{LLM}}}": "0+5x18 90+0x6 90+5x40",
        },
        OF_MODEL,
    ),
    "LiveTranslationMissing": AlertCase(
        {**UP, **counter(PRESENT, WHISPER, 5)},
        {**UP, **counter(PRESENT, 'model="live_translation",version="1"', 5)},
        INSTANCE,
    ),
    "ModelRestarting": AlertCase(
        # Twice, and Triton's own counters go on.
        {**counter(PRESENT, WHISPER, 5), f"{LOAD}{{{SERVER},{WHISPER}}}": "6.1+0x10 5.9+0x8 6.2+0x40"},
        # Once, with all of Triton.
        {
            f"{PRESENT}{{{SERVER},{WHISPER}}}": "0+5x8 _x2 1+5x40",
            f"{LOAD}{{{SERVER},{WHISPER}}}": "6.1+0x8 _x2 5.9+0x40",
        },
        OF_MODEL,
        value="2",
    ),
    "DeviceFellBack": AlertCase(
        {
            f'{DEVICE}{{{SERVER},device="GPU.0",{WHISPER}}}': "1+0x10",
            f'{DEVICE}{{{SERVER},device="CPU",{WHISPER}}}': "_x12 1+0x30",
        },
        {
            f'{DEVICE}{{{SERVER},device="CPU",{WHISPER}}}': "1+0x60",
            f'{DEVICE}{{{SERVER},device="GPU.0",{LLM}}}': "1+0x60",
        },
        {**OF_MODEL, "version": "1", "device": "CPU"},
    ),
    "MemoryHigh": AlertCase(
        {**gauge("nv_cpu_memory_used_bytes", "", 15e9), **gauge("nv_cpu_memory_total_bytes", "", 16e9)},
        {**gauge("nv_cpu_memory_used_bytes", "", 14e9), **gauge("nv_cpu_memory_total_bytes", "", 16e9)},
        INSTANCE,
        value="93.75%",
    ),
}

STARTED = "livetranslate_sessions_started_total"
RESUMED = "livetranslate_sessions_resumed_total"
REFUSED = f'error_type="SERVER_BUSY",{V1}'
DELAY = "livetranslate_word_delay_seconds"
RECOGNITION = "livetranslate_recognition_seconds"
WAITING = "livetranslate_audio_waiting_seconds"

SESSION_CASES: dict[str, AlertCase] = {
    "SessionsRefused": AlertCase(
        {**counter("livetranslate_sessions_refused_total", REFUSED, 1), **counter(STARTED, V1, 7)},
        {**counter("livetranslate_sessions_refused_total", REFUSED, 1), **counter(STARTED, V1, 31)},
        OF_VERSION,
        value="12.5%",
    ),
    "SessionsBroken": AlertCase(
        {
            **counter("livetranslate_sessions_ended_total", f'outcome="INTERNAL",{V1}', 1),
            **counter("livetranslate_sessions_ended_total", f'outcome="DONE",{V1}', 7),
        },
        {
            **counter("livetranslate_sessions_ended_total", f'outcome="INTERNAL",{V1}', 1),
            **counter("livetranslate_sessions_ended_total", f'outcome="DONE",{V1}', 63),
        },
        OF_VERSION,
        value="12.5%",
    ),
    "CaptionsLate": AlertCase(
        histogram(DELAY, V1, {"2.0": 0, "4.0": 90, "6.0": 10, "+Inf": 0}),
        histogram(DELAY, V1, {"2.0": 0, "4.0": 96, "6.0": 4, "+Inf": 0}),
        OF_VERSION,
        value="5s",
    ),
    "RecognitionSlow": AlertCase(
        histogram(RECOGNITION, V1, {"0.5": 0, "1.0": 90, "2.0": 10, "+Inf": 0}),
        histogram(RECOGNITION, V1, {"0.5": 0, "1.0": 96, "2.0": 4, "+Inf": 0}),
        OF_VERSION,
        value="1.5s",
    ),
    "AudioWaiting": AlertCase(
        {**gauge(WAITING, V1, 24), **gauge("livetranslate_sessions_open", V1, 4)},
        {**gauge(WAITING, V1, 18), **gauge("livetranslate_sessions_open", V1, 4)},
        INSTANCE,
        value="6s",
    ),
    "PartialsDropped": AlertCase(
        {
            **counter("livetranslate_partials_dropped_total", V1, 15),
            **counter("livetranslate_partials_total", V1, 45),
        },
        {
            **counter("livetranslate_partials_dropped_total", V1, 5),
            **counter("livetranslate_partials_total", V1, 55),
        },
        OF_VERSION,
        value="25%",
    ),
    "ResumesBurst": AlertCase(
        {**counter(RESUMED, V1, 2), **counter(STARTED, V1, 2)},
        {**counter(RESUMED, V1, 2), **counter(STARTED, V1, 20)},
        INSTANCE,
        value="10",
    ),
}

ERRORS = f'{SERVICE},error_type="TRANSCRIPTION_FAILED",{WHISPER}'
ANSWERED = "ml_inference_latency_seconds_count"
SCORE = "ml_model_quality_score"
OF_SCORE = f'{SERVICE},metric_type="agreement",{WHISPER}'

MODEL_CASES: dict[str, AlertCase] = {
    "ErrorRateHigh": AlertCase(
        {
            **counter("ml_inference_errors_total", ERRORS, 1),
            **counter(ANSWERED, f"{SERVICE},{WHISPER}", 7),
        },
        # As many errors, of the callers.
        {
            **counter("ml_inference_errors_total", ERRORS.replace("TRANSCRIPTION_FAILED", "AUDIO_EMPTY"), 1),
            **counter(ANSWERED, f"{SERVICE},{WHISPER}", 7),
        },
        {"model": "whisper", "version": "1"},
        value="12.5%",
    ),
    "VersionWorse": AlertCase(
        {**whisper(1, 0.0), **whisper(2, 0.1)},
        # Version 2 is no slower; version 3 is, with four requests a minute.
        {**whisper(1, 0.0), **whisper(2, 0.0), **whisper(3, 0.1, requests_a_minute=4)},
        {"model": "whisper", "version": "2"},
        value="625ms",
    ),
    "QualityDropped": AlertCase(
        {f"{SCORE}{{{SERVER},{OF_SCORE}}}": "0.9+0x120 0.75+0x60"},
        {f"{SCORE}{{{SERVER},{OF_SCORE}}}": "0.9+0x120 0.85+0x60"},
        {**OF_VERSION, "service": "speech_recognition", "model": "whisper", "metric_type": "agreement"},
        value="75%",
        at="160m",
    ),
    "DriftDetected": AlertCase(
        drift(0.25, detected=1),
        drift(0.25, detected=0),  # as far, but not unusual
        {**INSTANCE, "signal": "snr"},
        value="0.25",
    ),
}

TRANSLATION = "livetranslate_translation_delay_seconds"
OUTCOMES = "livetranslate_translations_total"
FALLBACKS = "livetranslate_translation_fallbacks_total"
ATTEMPTS = "livetranslate_translation_attempts_total"
BREAKER = "livetranslate_translation_breaker_state"
ROUTES = f'from_route="llm",to_route="llm_fallback",{V1}'

TRANSLATION_CASES: dict[str, AlertCase] = {
    "TranslationSlow": AlertCase(
        histogram(TRANSLATION, f'language="es",{V1}', {"2.0": 0, "4.0": 90, "6.0": 10, "+Inf": 0}),
        histogram(TRANSLATION, f'language="es",{V1}', {"2.0": 0, "4.0": 96, "6.0": 4, "+Inf": 0}),
        OF_VERSION,
        value="5s",
    ),
    "TranslationsUntranslated": AlertCase(
        {
            **counter(OUTCOMES, f'language="es",outcome="UNTRANSLATED",{V1}', 1),
            **counter(OUTCOMES, f'language="es",outcome="TRANSLATED",{V1}', 7),
        },
        {
            **counter(OUTCOMES, f'language="es",outcome="UNTRANSLATED",{V1}', 1),
            **counter(OUTCOMES, f'language="es",outcome="TRANSLATED",{V1}', 31),
        },
        OF_VERSION,
        value="12.5%",
    ),
    "BreakerOpen": AlertCase(
        gauge(BREAKER, f'route="llm",{V1}', 2),
        {f'{BREAKER}{{{SERVER},route="llm",{V1}}}': "0+0x28 2 1 0+0x30"},
        {**INSTANCE, "route": "llm"},
    ),
    "FallbacksRising": AlertCase(
        {**counter(FALLBACKS, ROUTES, 1), **counter(ATTEMPTS, f'route="llm",outcome="timeout",{V1}', 8)},
        {**counter(FALLBACKS, ROUTES, 1), **counter(ATTEMPTS, f'route="llm",outcome="ok",{V1}', 16)},
        OF_VERSION,
        value="12.5%",
    ),
    "LlmQueueLong": AlertCase(
        gauge("vllm:num_requests_waiting", LLM, 6),
        {f"vllm:num_requests_waiting{{{SERVER},{LLM}}}": "0+0x24 20 0+0x35"},
        {**OF_VERSION, "model": "llm"},
        value="6",
    ),
    "KvCacheFull": AlertCase(
        gauge("vllm:kv_cache_usage_perc", LLM, 0.975),
        gauge("vllm:kv_cache_usage_perc", LLM, 0.9),
        {**OF_VERSION, "model": "llm"},
        value="97.5%",
    ),
}

ALERT_CASES: dict[str, AlertCase] = {**SERVER_CASES, **SESSION_CASES, **MODEL_CASES, **TRANSLATION_CASES}
