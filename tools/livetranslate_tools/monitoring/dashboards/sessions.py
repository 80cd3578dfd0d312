"""Do captions come in time and whole, and if not, why?"""

from __future__ import annotations

from livetranslate_tools.monitoring.dashboards.selection import OF_VERSION, graph, number, or_zero
from livetranslate_tools.monitoring.description import Dashboard, Row
from livetranslate_tools.monitoring.queries import quantile, rate

_BY = ("instance", "version")
_LEGEND = "{{instance}} v{{version}}"


def _rate(name: str, *labels: str) -> str:
    return rate(name, *_BY, *labels, matching=OF_VERSION)


def _p(share: float, name: str) -> str:
    return quantile(share, name, *_BY, matching=OF_VERSION)


SESSIONS = Dashboard(
    "livetranslate-sessions",
    "LiveTranslate: live sessions",
    "Do captions come in time and whole, and if not, why?",
    (
        Row(
            "Now",
            (
                number("Sessions open", f"sum(livetranslate_sessions_open{{{OF_VERSION}}})"),
                number("Word delay, p50", f"max(livetranslate:word_delay_seconds:p50_5m{{{OF_VERSION}}})", unit="s"),
                number(
                    "Word delay, p95",
                    f"max(livetranslate:word_delay_seconds:p95_5m{{{OF_VERSION}}})",
                    unit="s",
                    steps=(3, 4),
                ),
                number(
                    "Audio waiting",
                    f"sum(livetranslate_audio_waiting_seconds{{{OF_VERSION}}})",
                    unit="s",
                    steps=(5, 30),
                ),
                number(
                    "Recognition, share of real time",
                    f"max(livetranslate:recognition_realtime:ratio5m{{{OF_VERSION}}})",
                    unit="percentunit",
                    note="Seconds that sessions wait for recognition a second of audio.",
                ),
                number(
                    "Partials left out",
                    f"max(livetranslate:partials_dropped:ratio5m{{{OF_VERSION}}})",
                    unit="percentunit",
                    steps=(0.05, 0.1),
                ),
            ),
        ),
        Row(
            "Sessions",
            (
                graph(
                    "Opened and resumed",
                    (_rate("livetranslate_sessions_started_total"), f"opened, {_LEGEND}"),
                    (or_zero(_rate("livetranslate_sessions_resumed_total")), f"resumed, {_LEGEND}"),
                    unit="ops",
                ),
                graph(
                    "Ended, by outcome",
                    (_rate("livetranslate_sessions_ended_total", "outcome"), "{{outcome}}, " + _LEGEND),
                    unit="ops",
                ),
                graph(
                    "Refused, by code",
                    (
                        or_zero(_rate("livetranslate_sessions_refused_total", "error_type")),
                        "{{error_type}}, " + _LEGEND,
                    ),
                    (f"livetranslate:sessions_refused:ratio5m{{{OF_VERSION}}}", f"share SERVER_BUSY, {_LEGEND}"),
                    unit="ops",
                ),
                graph(
                    "Broken by an error of ours",
                    (f"livetranslate:sessions_broken:ratio5m{{{OF_VERSION}}}", _LEGEND),
                    unit="percentunit",
                ),
            ),
        ),
        Row(
            "Delay",
            (
                graph(
                    "Word delay",
                    (_p(0.5, "livetranslate_word_delay_seconds"), f"p50, {_LEGEND}"),
                    (_p(0.95, "livetranslate_word_delay_seconds"), f"p95, {_LEGEND}"),
                    (_p(0.99, "livetranslate_word_delay_seconds"), f"p99, {_LEGEND}"),
                    unit="s",
                ),
                graph(
                    "Recognition",
                    (_p(0.5, "livetranslate_recognition_seconds"), f"p50, {_LEGEND}"),
                    (f"livetranslate:recognition_seconds:p95_5m{{{OF_VERSION}}}", f"p95, {_LEGEND}"),
                    unit="s",
                ),
                graph("Audio waiting", (f"livetranslate_audio_waiting_seconds{{{OF_VERSION}}}", _LEGEND), unit="s"),
                graph(
                    "Partials",
                    (_rate("livetranslate_partials_total"), f"sent, {_LEGEND}"),
                    (or_zero(_rate("livetranslate_partials_dropped_total")), f"left out, {_LEGEND}"),
                    unit="ops",
                ),
                graph(
                    "Recognised windows, by result",
                    (_rate("livetranslate_recognitions_total", "result"), "{{result}}, " + _LEGEND),
                    unit="ops",
                ),
                graph(
                    "Warnings, by code",
                    (or_zero(_rate("livetranslate_warnings_total", "error_type")), "{{error_type}}, " + _LEGEND),
                    unit="ops",
                ),
            ),
        ),
        Row(
            "What comes in and what is heard",
            (
                graph(
                    "Audio and speech",
                    (_rate("livetranslate_audio_seconds_total"), f"audio, {_LEGEND}"),
                    (_rate("livetranslate_speech_seconds_total"), f"speech, {_LEGEND}"),
                    note="Seconds a second: speakers in real time.",
                ),
                graph(
                    "Share of speech", (f"livetranslate:speech:ratio5m{{{OF_VERSION}}}", _LEGEND), unit="percentunit"
                ),
                graph(
                    "Words, by language",
                    (_rate("livetranslate_words_total", "language"), "{{language}}, " + _LEGEND),
                    unit="ops",
                ),
                graph(
                    "Utterances, by language",
                    (_rate("livetranslate_utterances_total", "language"), "{{language}}, " + _LEGEND),
                    unit="ops",
                ),
                graph(
                    "Speech rate, words a second",
                    (_p(0.5, "livetranslate_words_per_second"), f"p50, {_LEGEND}"),
                    (_p(0.95, "livetranslate_words_per_second"), f"p95, {_LEGEND}"),
                ),
                graph(
                    "Confidence of words",
                    (_p(0.5, "livetranslate_word_confidence"), f"p50, {_LEGEND}"),
                    (_p(0.1, "livetranslate_word_confidence"), f"p10, {_LEGEND}"),
                    unit="percentunit",
                ),
                graph(
                    "Level",
                    (_p(0.5, "livetranslate_speech_level_dbfs"), f"p50, {_LEGEND}"),
                    (_p(0.1, "livetranslate_speech_level_dbfs"), f"p10, {_LEGEND}"),
                    unit="dB",
                ),
                graph(
                    "Signal to noise",
                    (_p(0.5, "livetranslate_speech_snr_db"), f"p50, {_LEGEND}"),
                    (_p(0.1, "livetranslate_speech_snr_db"), f"p10, {_LEGEND}"),
                    unit="dB",
                ),
            ),
        ),
    ),
)
