"""Every metric of LiveTranslate's own: what it is called, what it counts, and what to do when it moves.

Models report them through :mod:`livetranslate.protocol.metric_reporter`; they come out of Triton's own metrics
endpoint, beside Triton's (``nv_*``) and vLLM's (``vllm:*``). Dashboards, alerts and the table in docs/metrics.md are
made from this list, so a name stands here and nowhere else. Names and units follow Prometheus' conventions.

Labels take their values from small fixed sets: versions, languages of Whisper, error codes, routes of a configuration.
Session ids and tenants are never labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class MetricKind(str, Enum):
    """Prometheus' kinds; the values are the attributes of Triton's ``MetricFamily``."""

    COUNTER = "COUNTER"
    GAUGE = "GAUGE"
    HISTOGRAM = "HISTOGRAM"


COUNTER, GAUGE, HISTOGRAM = MetricKind.COUNTER, MetricKind.GAUGE, MetricKind.HISTOGRAM

LATENCY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0)
DELAY_BUCKETS_S = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 20.0, 60.0)
SHARE_BUCKETS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
BATCH_BUCKETS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


@dataclass(frozen=True)
class Metric:
    """One metric family.

    Attributes:
        name: its name at the endpoint; ends in its unit, and in ``_total`` when it counts.
        kind: counter, gauge or histogram.
        help: what it says, one sentence.
        labels: names of its labels, ``version`` (of the model that reports it) last.
        unit: of its values; empty for plain numbers.
        action: what an operator does when it moves.
        buckets: upper bounds of a histogram.
    """

    name: str
    kind: MetricKind
    help: str
    labels: tuple[str, ...]
    action: str
    unit: str = ""
    buckets: tuple[float, ...] = ()


_VERSION = ("version",)
_MODEL = ("model", "version")

CATALOGUE: tuple[Metric, ...] = (
    Metric(
        "ml_inference_latency_seconds",
        HISTOGRAM,
        "Time from a request's arrival in the model to its last answer.",
        ("service", *_MODEL),
        "Compare versions first; then the queue (nv_inference_queue_duration_us): a long queue wants more instances.",
        "s",
        LATENCY_BUCKETS_S,
    ),
    Metric(
        "ml_inference_errors_total",
        COUNTER,
        "Requests answered with an error, by its code.",
        ("service", "model", "error_type", "version"),
        "Codes of the caller (OPTION_INVALID, …) are theirs; INTERNAL and *_FAILED are ours: read the model's log.",
    ),
    Metric(
        "ml_model_quality_score",
        GAUGE,
        "Quality of a model sampled online, 0 to 1, by kind of score.",
        ("service", "model", "metric_type", "version"),
        "A drop after a new version: roll back. A drop without one: look at the drift report.",
    ),
    Metric(
        "livetranslate_model_load_seconds",
        GAUGE,
        "Time that the model's newest load took, its probes included.",
        _MODEL,
        "Grows with cold caches or a slow disk; callers wait so long after a restart.",
        "s",
    ),
    Metric(
        "livetranslate_device_info",
        GAUGE,
        "1 for the device that the model runs on.",
        ("model", "device", "version"),
        "CPU where GPU or NPU was expected: the device failed its probe at start; the log says why.",
    ),
    Metric(
        "livetranslate_batch_size",
        HISTOGRAM,
        "Requests that the model worked on together.",
        _MODEL,
        "Always 1 under load: requests come one by one, look at queue delay and instance count.",
        "requests",
        BATCH_BUCKETS,
    ),
    Metric(
        "livetranslate_sessions_open",
        GAUGE,
        "Live sessions now open.",
        _VERSION,
        "Near max_sessions: add a server; callers beyond it are refused.",
    ),
    Metric(
        "livetranslate_sessions_started_total",
        COUNTER,
        "Sessions opened, resumed ones included.",
        _VERSION,
        "No starts while callers try: look at refusals and at the gateway.",
    ),
    Metric(
        "livetranslate_sessions_resumed_total",
        COUNTER,
        "Sessions opened with a resume token of a broken one.",
        _VERSION,
        "A burst means that connections broke or a process died: look at restarts and at the network.",
    ),
    Metric(
        "livetranslate_sessions_refused_total",
        COUNTER,
        "Sessions refused, by error code.",
        ("error_type", "version"),
        "SERVER_BUSY: the server is full. Others: callers send something wrong.",
    ),
    Metric(
        "livetranslate_sessions_ended_total",
        COUNTER,
        "Sessions that are over: DONE, CANCELLED (its caller left), or the code of the error that ended it.",
        ("outcome", "version"),
        "MODEL_UNAVAILABLE and INTERNAL are ours; SESSION_IDLE and CANCELLED are callers that went away.",
    ),
    Metric(
        "livetranslate_audio_seconds_total",
        COUNTER,
        "Audio received in live sessions.",
        _VERSION,
        "Its rate is the number of speakers heard in real time; capacity is planned by it.",
        "s",
    ),
    Metric(
        "livetranslate_speech_seconds_total",
        COUNTER,
        "Audio of finished utterances.",
        _VERSION,
        "Its share of the audio falls: silent microphones, or speech that the voice detector misses.",
        "s",
    ),
    Metric(
        "livetranslate_audio_waiting_seconds",
        GAUGE,
        "Audio of all sessions that waits to be heard.",
        _VERSION,
        "Grows: the recogniser is too slow for these sessions; captions come late. Add servers or lower max_sessions.",
        "s",
    ),
    Metric(
        "livetranslate_words_total",
        COUNTER,
        "Words of final transcripts, by language.",
        ("language", "version"),
        "Words per second of speech far from 2 to 3: a wrong language, noise, or a model that invents.",
        "words",
    ),
    Metric(
        "livetranslate_utterances_total",
        COUNTER,
        "Final transcripts, by language.",
        ("language", "version"),
        "A language that nobody speaks here: look at the audio of that session, it is often noise.",
    ),
    Metric(
        "livetranslate_word_delay_seconds",
        HISTOGRAM,
        "Time from a word's end in the audio that came in to the event that promises it.",
        _VERSION,
        "What a reader feels. Up with audio_waiting: overload. Up alone: the commit policy or a slow model.",
        "s",
        DELAY_BUCKETS_S,
    ),
    Metric(
        "livetranslate_word_confidence",
        HISTOGRAM,
        "Probability that the recogniser gives a final word.",
        _VERSION,
        "A lower median: worse audio, another language, or a worse model; compare versions.",
        "",
        SHARE_BUCKETS,
    ),
    Metric(
        "livetranslate_words_per_second",
        HISTOGRAM,
        "Words of an utterance over its length.",
        _VERSION,
        "English has 2 to 3. Far less: words are missed; far more: the model loops or invents.",
        "words/s",
        (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 7.0),
    ),
    Metric(
        "livetranslate_speech_level_dbfs",
        HISTOGRAM,
        "Level of an utterance's loud frames, below full scale.",
        _VERSION,
        "A shift of 10 dB or more: another microphone or gain; below -50 words get lost.",
        "dBFS",
        (-70.0, -60.0, -50.0, -45.0, -40.0, -35.0, -30.0, -25.0, -20.0, -15.0, -10.0, -5.0),
    ),
    Metric(
        "livetranslate_speech_snr_db",
        HISTOGRAM,
        "How far an utterance's loud frames stand above its quiet ones.",
        _VERSION,
        "Falls: a noisy room or line; below 10 more words are wrong.",
        "dB",
        (3.0, 6.0, 9.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0),
    ),
    Metric(
        "livetranslate_recognitions_total",
        COUNTER,
        "Windows sent to the recogniser, by what came back: WORDS, NOTHING, or FAILED.",
        ("result", "version"),
        "More NOTHING: noise opens the speech gate. FAILED: the recogniser is away.",
    ),
    Metric(
        "livetranslate_recognition_seconds",
        HISTOGRAM,
        "Time that a session waited for the recogniser, its queue included.",
        _VERSION,
        "Its sum over the audio seconds is the real-time factor of recognition; near 1 nothing is left.",
        "s",
        LATENCY_BUCKETS_S,
    ),
    Metric(
        "livetranslate_partials_total",
        COUNTER,
        "Partial transcripts sent.",
        _VERSION,
        "Falls under load before anything else does.",
    ),
    Metric(
        "livetranslate_partials_dropped_total",
        COUNTER,
        "Partial transcripts that were due and left out because the server is busy.",
        _VERSION,
        "Above a tenth of the partials: the server is near its limit.",
    ),
    Metric(
        "livetranslate_warnings_total",
        COUNTER,
        "Warnings sent to sessions, by code.",
        ("error_type", "version"),
        "FALLING_BEHIND: overload. AUDIO_*: a caller sends broken audio.",
    ),
    Metric(
        "livetranslate_translations_total",
        COUNTER,
        "Final translations, by target language and whether the words are untranslated.",
        ("language", "outcome", "version"),
        "UNTRANSLATED: no route answered; look at the translator's routes and breakers.",
    ),
    Metric(
        "livetranslate_translation_delay_seconds",
        HISTOGRAM,
        "Time from a final transcript to its final translation.",
        ("language", "version"),
        "Look at vllm:num_requests_waiting and at fallbacks.",
        "s",
        DELAY_BUCKETS_S,
    ),
    Metric(
        "livetranslate_translation_attempts_total",
        COUNTER,
        "Answers asked of a route, by outcome.",
        ("route", "outcome", "version"),
        "Outcomes other than ok on the first route: that model is ill.",
    ),
    Metric(
        "livetranslate_translation_attempt_seconds_total",
        COUNTER,
        "Time spent on attempts.",
        ("route", "version"),
        "Over the attempts: a route's mean time.",
        "s",
    ),
    Metric(
        "livetranslate_translation_fallbacks_total",
        COUNTER,
        "Sentences that went on to another route.",
        ("from_route", "to_route", "version"),
        "The first route fails or is too slow.",
    ),
    Metric(
        "livetranslate_translation_breaker_state",
        GAUGE,
        "A route's circuit breaker: 0 closed, 1 half open, 2 open.",
        ("route", "version"),
        "2: that route is left alone for a while; it opens again by itself when it answers.",
    ),
    Metric(
        "livetranslate_translation_breaker_changes_total",
        COUNTER,
        "Changes of a circuit breaker, by the state entered.",
        ("route", "state", "version"),
        "Many: the route comes and goes; look at its load.",
    ),
    Metric(
        "livetranslate_translation_flags_total",
        COUNTER,
        "Translations shown with a flag.",
        ("flag", "version"),
        "NUMBER_LOST or WRONG_LANGUAGE after a new version: its quality fell.",
    ),
)

BY_NAME = {metric.name: metric for metric in CATALOGUE}
