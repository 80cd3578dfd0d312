"""The figures of ``livetranslate top``: one struct, so that what is shown and what is printed as JSON are the same."""

from __future__ import annotations

import msgspec

from livetranslate_tools.monitoring.top_growth import Growth
from livetranslate_tools.monitoring.top_pages import Page

_BREAKERS = {0.0: "closed", 1.0: "half open", 2.0: "open"}


class ModelFigures(msgspec.Struct, frozen=True):
    """One version of a model.

    Attributes:
        model: its name.
        version: its version.
        device: where it runs, if it says so.
        requests: answered in the window.
        failures: its errors in the window, as Triton counts them.
        p95_s: latency that 95 of 100 requests stay below; None without requests.
        waiting: requests in its queue now.
    """

    model: str
    version: str
    device: str | None
    requests: float
    failures: float
    p95_s: float | None
    waiting: float


class Figures(msgspec.Struct, frozen=True):
    """A server in figures; counts are those of the window.

    Attributes:
        window_s: length of the window; None: everything since the server's start.
        sessions_open: live sessions now.
        audio_waiting_s: audio that waits to be heard.
    """

    window_s: float | None
    sessions_open: float
    audio_waiting_s: float
    sessions_started: float
    sessions_resumed: float
    sessions_refused: dict[str, float]
    sessions_ended: dict[str, float]
    audio_s: float
    words: float
    partials: float
    partials_dropped: float
    word_delay_p50_s: float | None
    word_delay_p95_s: float | None
    recognition_p95_s: float | None
    translations: dict[str, float]
    translation_p95_s: float | None
    fallbacks: dict[str, float]
    breakers: dict[str, str]
    llm_running: float
    llm_waiting: float
    llm_cache_share: float
    errors: dict[str, float]
    warnings: dict[str, float]
    models: tuple[ModelFigures, ...]


def figures(newest: Page, earlier: Page | None) -> Figures:
    """What a server does, from its newest page and an earlier one."""
    growth = Growth(newest, earlier)
    return Figures(
        window_s=growth.seconds,
        sessions_open=_now(newest, "livetranslate_sessions_open"),
        audio_waiting_s=_now(newest, "livetranslate_audio_waiting_seconds"),
        sessions_started=growth.total("livetranslate_sessions_started_total"),
        sessions_resumed=growth.total("livetranslate_sessions_resumed_total"),
        sessions_refused=_by(growth, "livetranslate_sessions_refused_total", "error_type"),
        sessions_ended=_by(growth, "livetranslate_sessions_ended_total", "outcome"),
        audio_s=growth.total("livetranslate_audio_seconds_total"),
        words=growth.total("livetranslate_words_total"),
        partials=growth.total("livetranslate_partials_total"),
        partials_dropped=growth.total("livetranslate_partials_dropped_total"),
        word_delay_p50_s=growth.quantile(0.5, "livetranslate_word_delay_seconds"),
        word_delay_p95_s=growth.quantile(0.95, "livetranslate_word_delay_seconds"),
        recognition_p95_s=growth.quantile(0.95, "livetranslate_recognition_seconds"),
        translations=_by(growth, "livetranslate_translations_total", "language", "outcome"),
        translation_p95_s=growth.quantile(0.95, "livetranslate_translation_delay_seconds"),
        fallbacks=_by(growth, "livetranslate_translation_fallbacks_total", "from_route", "to_route"),
        breakers=_breakers(newest),
        llm_running=_now(newest, "vllm:num_requests_running"),
        llm_waiting=_now(newest, "vllm:num_requests_waiting"),
        llm_cache_share=_now(newest, "vllm:kv_cache_usage_perc"),
        errors=_by(growth, "ml_inference_errors_total", "model", "error_type"),
        warnings=_by(growth, "livetranslate_warnings_total", "error_type"),
        models=_models(newest, growth),
    )


def _now(page: Page, gauge: str) -> float:
    return sum(page.of_metric(gauge).values())


def _by(growth: Growth, counter: str, *labels: str) -> dict[str, float]:
    return {" ".join(key): value for key, value in sorted(growth.of(counter, *labels).items())}


def _breakers(page: Page) -> dict[str, str]:
    states: dict[str, float] = {}
    for labels, value in page.of_metric("livetranslate_translation_breaker_state").items():
        route = dict(labels)["route"]
        states[route] = max(value, states.get(route, 0.0))
    return {route: _BREAKERS.get(state, f"{state:g}") for route, state in sorted(states.items())}


def _models(page: Page, growth: Growth) -> tuple[ModelFigures, ...]:
    found = sorted(
        (dict(labels)["model"], dict(labels)["version"]) for labels in page.of_metric("nv_inference_request_success")
    )
    return tuple(
        ModelFigures(
            model=model,
            version=version,
            device=_device(page, model, version),
            requests=growth.total("nv_inference_request_success", model=model, version=version),
            failures=growth.total("nv_inference_request_failure", model=model, version=version),
            p95_s=growth.quantile(0.95, "ml_inference_latency_seconds", model=model, version=version),
            waiting=_of_version(page, "nv_inference_pending_request_count", model, version),
        )
        for model, version in found
    )


def _device(page: Page, model: str, version: str) -> str | None:
    for labels, value in page.of_metric("livetranslate_device_info").items():
        has = dict(labels)
        if value and (has["model"], has["version"]) == (model, version):
            return has["device"]
    return None


def _of_version(page: Page, gauge: str, model: str, version: str) -> float:
    return page.of_metric(gauge).get((("model", model), ("version", version)), 0.0)
