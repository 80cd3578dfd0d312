"""Alerts about live sessions: refused, broken, late."""

from __future__ import annotations

from livetranslate_tools.monitoring.description import Alert, Severity

_RESUMED = "sum by (job, instance) (increase(livetranslate_sessions_resumed_total[5m]))"
_STARTED = "sum by (job, instance) (increase(livetranslate_sessions_started_total[5m]))"

ALERTS_OF_SESSIONS: tuple[Alert, ...] = (
    Alert(
        "SessionsRefused",
        "livetranslate:sessions_refused:ratio5m > 0.05",
        "5m",
        Severity.CRITICAL,
        "{{ $labels.instance }} refuses {{ $value | humanizePercentage }} of the sessions",
        "The server is full (SERVER_BUSY). The Python client tries again for 20 s and then gives up.",
        "Single refusals are how a crowd is let in step by step and end within seconds; 1 in 20 over 5 min is too "
        "little room.",
    ),
    Alert(
        "SessionsBroken",
        "livetranslate:sessions_broken:ratio5m > 0.02",
        "5m",
        Severity.CRITICAL,
        "{{ $value | humanizePercentage }} of the sessions on {{ $labels.instance }} end by an error of ours",
        "The server ended them (MODEL_UNAVAILABLE, INTERNAL, …). The Python client resumes them; other clients stop.",
        "A healthy server breaks none. 1 in 50 leaves out a single one on a busy server.",
    ),
    Alert(
        "CaptionsLate",
        "livetranslate:word_delay_seconds:p95_5m > 4",
        "5m",
        Severity.WARNING,
        "Captions on {{ $labels.instance }} come {{ $value | humanizeDuration }} late (p95)",
        "Readers no longer see the words with the speaker's face and slides.",
        "One session on two cores has a p95 of 2.1 s (docs/benchmarks.md); 4 s is a whole sentence late, and an "
        "edge of the buckets, so exact.",
    ),
    Alert(
        "RecognitionSlow",
        "livetranslate:recognition_seconds:p95_5m > 1",
        "5m",
        Severity.WARNING,
        "Recognition on {{ $labels.instance }} takes {{ $value | humanizeDuration }} (p95)",
        "Each window waits so long for the recogniser, its queue included. Captions get late next.",
        "From a mean of 0.6 s on (target_recognition_s) the server lets nobody in; a p95 of 1 s is beyond that, and an "
        "edge of the buckets.",
    ),
    Alert(
        "AudioWaiting",
        "sum by (job, instance) (livetranslate_audio_waiting_seconds)"
        " / clamp_min(sum by (job, instance) (livetranslate_sessions_open), 1) > 5",
        "2m",
        Severity.CRITICAL,
        "{{ $value | humanizeDuration }} of audio a session wait on {{ $labels.instance }}",
        "The server hears more than it can recognise; captions fall behind until audio is dropped at max_backlog_s.",
        "From 5 s on (acknowledge_ahead_s) clients are slowed down. A file sent fast does it on purpose: hence 2 min.",
    ),
    Alert(
        "PartialsDropped",
        "livetranslate:partials_dropped:ratio5m > 0.1",
        "10m",
        Severity.WARNING,
        "{{ $labels.instance }} leaves out {{ $value | humanizePercentage }} of the partial transcripts",
        "The server is near its limit. Final transcripts are complete; captions move less often.",
        "Dropping partials is the first thing a busy server does and does no harm for minutes; a tenth over 10 min is "
        "a server without reserve.",
    ),
    Alert(
        "ResumesBurst",
        f"({_RESUMED} > 5) and {_RESUMED} / {_STARTED} > 0.2",
        "0m",
        Severity.WARNING,
        "{{ $value | humanize }} sessions came back to {{ $labels.instance }} within 5 min",
        "Their connections broke or their server ended. Nothing is lost while they can resume.",
        "Single resumes are telephones that change networks; more than 5, and a fifth of all starts, have one reason.",
    ),
)
