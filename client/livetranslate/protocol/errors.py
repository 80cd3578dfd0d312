"""Stable error codes: what went wrong, whose turn it is, and how it travels.

A code never changes its meaning once released. On the wire an error is either an ``error`` / ``warning``
event of a live session or the message of a failed Triton request, written as ``[CODE] sentence`` so that any
gRPC client can recover the code with :meth:`LiveTranslateError.parse`. Where the server knows when to try again, the
text ends with ``[retry_after_s=5]``.
"""

from __future__ import annotations

import re
from enum import Enum


class Category(str, Enum):
    """The part of the system a person should look at first."""

    AUDIO = "audio"
    FORMAT = "format"
    SPEECH = "speech"
    OPTIONS = "options"
    LANGUAGE = "language"
    TERMS = "terms"
    SESSION = "session"
    IDLE = "idle"
    CANCELLED = "cancelled"
    RESUME = "resume"
    PROTOCOL = "protocol"
    READER = "reader"
    TEXT = "text"
    MODEL = "model"
    RECOGNITION = "recognition"
    TRANSLATION = "translation"
    HYGIENE = "hygiene"
    FALLBACK = "fallback"
    REMOTE = "remote"
    DEVICE = "device"
    QUEUE = "queue"
    LAG = "lag"
    ACCESS = "access"
    QUOTA = "quota"
    DEADLINE = "deadline"
    CONNECTION = "connection"
    INTERNAL = "internal"


class ErrorCode(str, Enum):
    """Every code the system emits. ``docs/protocol.md`` explains each; a test keeps the two in step."""

    AUDIO_EMPTY = "AUDIO_EMPTY"
    AUDIO_TOO_SHORT = "AUDIO_TOO_SHORT"
    AUDIO_TOO_LONG = "AUDIO_TOO_LONG"
    AUDIO_UNREADABLE = "AUDIO_UNREADABLE"
    AUDIO_TRUNCATED = "AUDIO_TRUNCATED"
    AUDIO_NOT_FINITE = "AUDIO_NOT_FINITE"
    AUDIO_OUT_OF_RANGE = "AUDIO_OUT_OF_RANGE"
    AUDIO_MISALIGNED = "AUDIO_MISALIGNED"
    AUDIO_FORMAT_UNSUPPORTED = "AUDIO_FORMAT_UNSUPPORTED"
    AUDIO_NO_SPEECH = "AUDIO_NO_SPEECH"
    OPTIONS_NOT_JSON = "OPTIONS_NOT_JSON"
    OPTION_UNKNOWN = "OPTION_UNKNOWN"
    OPTION_INVALID = "OPTION_INVALID"
    LANGUAGE_UNKNOWN = "LANGUAGE_UNKNOWN"
    LANGUAGE_SAME_AS_SOURCE = "LANGUAGE_SAME_AS_SOURCE"
    TOO_MANY_TARGETS = "TOO_MANY_TARGETS"
    TERMS_INVALID = "TERMS_INVALID"
    SESSION_NOT_STARTED = "SESSION_NOT_STARTED"
    SESSION_ALREADY_STARTED = "SESSION_ALREADY_STARTED"
    SESSION_ENDED = "SESSION_ENDED"
    SESSION_IDLE = "SESSION_IDLE"
    SESSION_CANCELLED = "SESSION_CANCELLED"
    RESUME_TOKEN_INVALID = "RESUME_TOKEN_INVALID"  # noqa: S105 - a code, no secret
    RESUME_TOKEN_UNSUPPORTED = "RESUME_TOKEN_UNSUPPORTED"  # noqa: S105
    RESUME_TOKEN_EXPIRED = "RESUME_TOKEN_EXPIRED"  # noqa: S105
    EVENTS_NOT_READ = "EVENTS_NOT_READ"
    CHUNK_TOO_LARGE = "CHUNK_TOO_LARGE"
    BATCH_UNSUPPORTED = "BATCH_UNSUPPORTED"
    TEXT_EMPTY = "TEXT_EMPTY"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    TEXT_NOT_UTF8 = "TEXT_NOT_UTF8"
    MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE"
    TRANSCRIPTION_FAILED = "TRANSCRIPTION_FAILED"
    TRANSLATION_FAILED = "TRANSLATION_FAILED"
    TRANSLATION_REJECTED = "TRANSLATION_REJECTED"
    TRANSLATION_FALLBACK = "TRANSLATION_FALLBACK"
    REMOTE_REFUSED = "REMOTE_REFUSED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    DEVICE_UNAVAILABLE = "DEVICE_UNAVAILABLE"
    SERVER_BUSY = "SERVER_BUSY"
    FALLING_BEHIND = "FALLING_BEHIND"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    CONNECTION_FAILED = "CONNECTION_FAILED"
    INTERNAL = "INTERNAL"

    @property
    def category(self) -> Category:
        """Where to look first."""
        return _CATEGORY[self]

    @property
    def retryable(self) -> bool:
        """True when the same request may succeed later, unchanged."""
        return self in _RETRYABLE


_CATEGORY: dict[ErrorCode, Category] = {
    **{code: Category.AUDIO for code in ErrorCode if code.name.startswith("AUDIO_")},
    ErrorCode.AUDIO_UNREADABLE: Category.FORMAT,
    ErrorCode.AUDIO_TRUNCATED: Category.FORMAT,
    ErrorCode.AUDIO_FORMAT_UNSUPPORTED: Category.FORMAT,
    ErrorCode.AUDIO_NO_SPEECH: Category.SPEECH,
    **{code: Category.OPTIONS for code in ErrorCode if code.name.startswith("OPTION")},
    **{code: Category.LANGUAGE for code in ErrorCode if code.name.startswith("LANGUAGE_")},
    ErrorCode.TOO_MANY_TARGETS: Category.LANGUAGE,
    ErrorCode.TERMS_INVALID: Category.TERMS,
    **{code: Category.SESSION for code in ErrorCode if code.name.startswith("SESSION_")},
    ErrorCode.SESSION_IDLE: Category.IDLE,
    ErrorCode.SESSION_CANCELLED: Category.CANCELLED,
    **{code: Category.RESUME for code in ErrorCode if code.name.startswith("RESUME_")},
    ErrorCode.EVENTS_NOT_READ: Category.READER,
    ErrorCode.CHUNK_TOO_LARGE: Category.PROTOCOL,
    ErrorCode.BATCH_UNSUPPORTED: Category.PROTOCOL,
    **{code: Category.TEXT for code in ErrorCode if code.name.startswith("TEXT_")},
    ErrorCode.MODEL_UNAVAILABLE: Category.MODEL,
    ErrorCode.TRANSCRIPTION_FAILED: Category.RECOGNITION,
    ErrorCode.TRANSLATION_FAILED: Category.TRANSLATION,
    ErrorCode.TRANSLATION_REJECTED: Category.HYGIENE,
    ErrorCode.TRANSLATION_FALLBACK: Category.FALLBACK,
    ErrorCode.REMOTE_REFUSED: Category.REMOTE,
    ErrorCode.UNAUTHENTICATED: Category.ACCESS,
    ErrorCode.PERMISSION_DENIED: Category.ACCESS,
    ErrorCode.QUOTA_EXCEEDED: Category.QUOTA,
    ErrorCode.DEVICE_UNAVAILABLE: Category.DEVICE,
    ErrorCode.SERVER_BUSY: Category.QUEUE,
    ErrorCode.FALLING_BEHIND: Category.LAG,
    ErrorCode.DEADLINE_EXCEEDED: Category.DEADLINE,
    ErrorCode.CONNECTION_FAILED: Category.CONNECTION,
    ErrorCode.INTERNAL: Category.INTERNAL,
}

_RETRYABLE = frozenset(
    {
        ErrorCode.MODEL_UNAVAILABLE,
        ErrorCode.TRANSCRIPTION_FAILED,
        ErrorCode.TRANSLATION_FAILED,
        ErrorCode.DEVICE_UNAVAILABLE,
        ErrorCode.SERVER_BUSY,
        ErrorCode.QUOTA_EXCEEDED,
        ErrorCode.DEADLINE_EXCEEDED,
        ErrorCode.CONNECTION_FAILED,
    }
)

_WIRE_FORM = re.compile(r"\[([A-Z][A-Z0-9_]+)\]\s*(.*)", re.DOTALL)
_RETRY_AFTER = re.compile(r"\s*\[retry_after_s=(\d+(?:\.\d+)?)\]\s*$")

# Triton refuses some requests before a model sees them; its sentences, as of 2.51.
_TRITON_PHRASES = (
    ("must specify the START flag", ErrorCode.SESSION_NOT_STARTED),
    ("is not at ready state", ErrorCode.MODEL_UNAVAILABLE),
    ("is not healthy", ErrorCode.MODEL_UNAVAILABLE),
    ("exited unexpectedly", ErrorCode.MODEL_UNAVAILABLE),
    ("unhealthy vLLM engine", ErrorCode.MODEL_UNAVAILABLE),
    ("is not ready", ErrorCode.MODEL_UNAVAILABLE),
    ("unknown model", ErrorCode.MODEL_UNAVAILABLE),
    ("Server not ready", ErrorCode.MODEL_UNAVAILABLE),
    ("Exceeds maximum queue size", ErrorCode.SERVER_BUSY),
    ("Request timeout expired", ErrorCode.DEADLINE_EXCEEDED),
)


class LiveTranslateError(Exception):
    """A failure with a stable code and a sentence that says the value, the limit and what to do.

    Attributes:
        code: the stable code.
        message: the sentence, without the code.
        retry_after_s: the server's advice when to try again, seconds from now; None when it gives none.
    """

    def __init__(self, code: ErrorCode, message: str, retry_after_s: float | None = None) -> None:
        advice = "" if retry_after_s is None else f" [retry_after_s={retry_after_s:g}]"
        super().__init__(f"[{code.value}] {message}{advice}")
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[type[LiveTranslateError], tuple[ErrorCode, str, float | None]]:
        return type(self), (self.code, self.message, self.retry_after_s)

    @classmethod
    def parse(cls, wire_message: str) -> LiveTranslateError:
        """Recovers the error from a Triton error message; text without a known code becomes ``INTERNAL``."""
        match = _WIRE_FORM.search(wire_message)
        if match and match.group(1) in ErrorCode.__members__:
            advice = _RETRY_AFTER.search(match.group(2))
            message = match.group(2)[: advice.start() if advice else None].strip()
            return cls(ErrorCode[match.group(1)], message, float(advice.group(1)) if advice else None)
        for phrase, code in _TRITON_PHRASES:
            if phrase in wire_message:
                return cls(code, wire_message.strip())
        return cls(ErrorCode.INTERNAL, wire_message.strip())
