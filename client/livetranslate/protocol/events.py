"""Events of a live session, exactly as they travel: one JSON object each, told apart by ``type``.

Unknown fields are ignored on decoding, so an old client reads a newer server. Times named ``audio_*_s`` are
seconds of session audio; ``emitted_at`` is UTC wall-clock time. ``seq`` grows by one from event to event.
Text of a ``final`` never changes; text of a ``partial`` may.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Union

import msgspec

from livetranslate.protocol.errors import Category, ErrorCode
from livetranslate.protocol.transcript import Word
from livetranslate.protocol.translation import TranslationFlag

SCHEMA_VERSION = 1


class BaseEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Fields that every event carries.

    Attributes:
        seq: position in the session's event stream, from 0.
        emitted_at: UTC time of emission.
        utterance_id: the utterance the event belongs to, from 0; None for session-wide events.
        audio_start_s: start of the audio the event covers; None when it covers none.
        audio_end_s: end of the audio the event covers.
        schema_version: version of this schema.
    """

    seq: int
    emitted_at: datetime
    utterance_id: int | None = None
    audio_start_s: float | None = None
    audio_end_s: float | None = None
    schema_version: int = SCHEMA_VERSION
    final: ClassVar[bool] = False


class SessionStarted(BaseEvent, tag="session.started", frozen=True, kw_only=True):
    """The session is open (or, with ``resumed``, open again): what was agreed and which model versions serve it."""

    session_id: str
    source: str
    targets: tuple[str, ...]
    models: dict[str, str] = {}
    server_version: str = ""
    resumed: bool = False
    resume_token: str = ""
    resume_from_s: float = 0.0


class SessionUpdated(BaseEvent, tag="session.updated", frozen=True, kw_only=True):
    """The session's options changed on the caller's request: the languages it translates into from now on."""

    targets: tuple[str, ...]


class TranscriptPartial(BaseEvent, tag="transcript.partial", frozen=True, kw_only=True):
    """What is heard so far: ``committed_words`` are newly committed and stay, ``unstable_text`` may change."""

    committed_words: tuple[Word, ...] = ()
    unstable_text: str = ""
    language: str | None = None


class TranscriptFinal(BaseEvent, tag="transcript.final", frozen=True, kw_only=True):
    """An utterance's transcript. It never changes. ``resume_token`` takes the session up after it."""

    text: str
    words: tuple[Word, ...] = ()
    language: str | None = None
    avg_logprob: float | None = None
    resume_token: str = ""
    resume_from_s: float = 0.0
    final: ClassVar[bool] = True


class TranslationPartial(BaseEvent, tag="translation.partial", frozen=True, kw_only=True):
    """The translation so far, from its beginning; may still grow or change behind ``committed_text``, which stays."""

    language: str
    text: str
    committed_text: str = ""


class TranslationFinal(BaseEvent, tag="translation.final", frozen=True, kw_only=True):
    """An utterance's translation into one language. It never changes.

    Attributes:
        language: the target language.
        text: the translation; the words as they were said when ``untranslated``.
        untranslated: whether no model gave a translation.
        route: what made it (see :class:`livetranslate.protocol.translation.TranslationResult`).
        flags: what a reader should know.
        lost: the terms and figures behind ``term_missed`` and ``number_lost``.
    """

    language: str
    text: str
    untranslated: bool = False
    route: str = ""
    flags: tuple[TranslationFlag, ...] = ()
    lost: tuple[str, ...] = ()
    final: ClassVar[bool] = True


class SpeakerUpdate(BaseEvent, tag="speaker.update", frozen=True, kw_only=True):
    """Gives words of an utterance (by index in its final transcript) their speaker's label."""

    speaker: str
    word_indices: tuple[int, ...]


class Endpoint(BaseEvent, tag="endpoint", frozen=True, kw_only=True):
    """An utterance ended: ``pause``, ``max_length`` (cut at a word gap) or ``end_of_stream``; ``early``: probably."""

    reason: str


class Checkpoint(BaseEvent, tag="checkpoint", frozen=True, kw_only=True):
    """Nothing more will be said about the audio before ``audio_end_s``: a newer resume token where no final comes."""

    resume_token: str
    resume_from_s: float


class Warning_(BaseEvent, tag="warning", frozen=True, kw_only=True):  # noqa: N801 - `Warning` is a builtin
    """Something was dropped or delayed; the session goes on."""

    code: ErrorCode
    category: Category
    message: str
    language: str | None = None


class Error(BaseEvent, tag="error", frozen=True, kw_only=True):
    """Something failed. ``fatal`` says whether the session ends with it."""

    code: ErrorCode
    category: Category
    message: str
    fatal: bool
    language: str | None = None


class Done(BaseEvent, tag="done", frozen=True, kw_only=True):
    """The last event: everything sent was processed. Carries the session's totals."""

    audio_s: float
    speech_s: float
    utterances: int
    words: int


Event = Union[
    SessionStarted,
    SessionUpdated,
    TranscriptPartial,
    TranscriptFinal,
    TranslationPartial,
    TranslationFinal,
    SpeakerUpdate,
    Endpoint,
    Checkpoint,
    Warning_,
    Error,
    Done,
]

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode_event(event: Event) -> bytes:
    """The event as one line of JSON (UTF-8, no newline)."""
    return _encoder.encode(event)


def decode_event(data: bytes | str) -> Event:
    """Reads one event.

    Raises:
        msgspec.ValidationError: not an event of this schema (unknown type, missing or mistyped field).
    """
    return _decoder.decode(data)
