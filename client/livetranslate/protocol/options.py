"""Options of a session and of single requests: JSON on the wire, checked when they are made.

An unknown option is refused by name, so that a misspelt one never passes silently.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import msgspec

from livetranslate.protocol import limits
from livetranslate.protocol.checks import check_range
from livetranslate.protocol.errors import ErrorCode, LiveTranslateError
from livetranslate.protocol.languages import AUTO, check_language
from livetranslate.protocol.resume import ResumeRequest
from livetranslate.protocol.translation import (
    Formality,
    TranslateOptions,
    TranslationPolicy,
    check_target,
    check_targets,
    check_terms,
)
from livetranslate.protocol.windows import WindowOptions


class Encoding(str, Enum):
    """Raw PCM sample encodings a live session or ``audio_decoder`` accepts."""

    S16LE = "s16le"
    F32LE = "f32le"
    MULAW = "mulaw"

    @property
    def bytes_per_sample(self) -> int:
        """Size of one sample of one channel."""
        return {Encoding.S16LE: 2, Encoding.F32LE: 4, Encoding.MULAW: 1}[self]


class VoiceActivity(str, Enum):
    """What finds speech in a session's audio."""

    WEBRTC = "webrtc"
    SILERO = "silero"


class Numerals(str, Enum):
    """How numbers are written."""

    AS_HEARD = "as_heard"
    DIGITS = "digits"
    WORDS = "words"


class AudioFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Raw PCM layout: interleaved channels.

    Attributes:
        encoding: sample encoding.
        rate_hz: sampling rate, 4,000 to 384,000.
        channels: 1 to 32; they are averaged to mono.
    """

    encoding: Encoding = Encoding.S16LE
    rate_hz: int = limits.SAMPLE_RATE_HZ
    channels: int = 1

    def __post_init__(self) -> None:
        check_range("audio.rate_hz", self.rate_hz, limits.MIN_INPUT_RATE_HZ, limits.MAX_INPUT_RATE_HZ)
        check_range("audio.channels", self.channels, 1, limits.MAX_CHANNELS)

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of all channels."""
        return self.encoding.bytes_per_sample * self.channels

    @property
    def bytes_per_s(self) -> int:
        """Bytes of one second of audio."""
        return self.frame_bytes * self.rate_hz


class SessionOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a caller wants of a live session.

    Attributes:
        source: spoken language, or ``auto``.
        targets: languages to translate into, at most 8; none gives captions only.
        audio: layout of the chunks that follow.
        partials: whether partial transcripts and translations are sent.
        policy: name of the commit policy: ``alignatt``, ``local_agreement`` or ``at_the_end``.
        step_s: shortest time between two partial decodings, seconds of audio.
        max_step_s: longest time between two partial decodings, when the server is busy.
        pause_s: silence that ends an utterance; one of less than 1.5 s of speech waits twice as long.
        early_pause_s: silence after which all words heard are committed already, before ``pause_s`` confirms the end
            (a two-pass endpoint); 0 for none.
        max_utterance_s: longest utterance before it is cut at a word gap.
        vad: what finds speech: ``webrtc`` (light) or ``silero`` (a neural network, better in noise and music).
        vad_mode: its strictness, 0 (permissive) to 3.
        initial_prompt: text that primes the recogniser (names, spelling, style).
        hotwords: names and terms that may be said.
        numerals: whether numbers are written as the recogniser heard them, as digits, or as words, where the language
            allows it.
        redact: whether personal data with a written form (e-mail, phone, card …) is taken out of transcripts before
            they are translated and sent. Partial transcripts are not sent then: half a number looks like any other.
        resumable: whether the caller resumes after a break. A server that goes away then hands over at once: it leaves
            the open utterance to the next one, which hears it whole.
        resume: takes up a broken session instead of beginning one.
    """

    source: str = AUTO
    targets: tuple[str, ...] = ()
    audio: AudioFormat = msgspec.field(default_factory=AudioFormat)
    partials: bool = True
    policy: str = "alignatt"
    step_s: float = 0.8
    max_step_s: float = 5.0
    pause_s: float = 0.6
    early_pause_s: float = 0.0
    max_utterance_s: float = 15.0
    vad: VoiceActivity = VoiceActivity.WEBRTC
    vad_mode: int = 2
    initial_prompt: str = ""
    hotwords: str = ""
    numerals: Numerals = Numerals.AS_HEARD
    translation: TranslationPolicy = TranslationPolicy.FINAL
    glossary: dict[str, dict[str, str]] = {}
    keep: tuple[str, ...] = ()
    formality: Formality = Formality.DEFAULT
    domain: str = ""
    redact: bool = False
    resumable: bool = False
    resume: ResumeRequest | None = None

    def __post_init__(self) -> None:
        check_language(self.source, allow_auto=True)
        check_targets(self.targets, self.source)
        for target, glossary in self.glossary.items():
            check_target(target, self.source)
            check_terms(glossary, self.keep)
        check_terms({}, self.keep)
        check_range("step_s", self.step_s, 0.2, 10.0)
        check_range("max_step_s", self.max_step_s, 0.2, 30.0)
        check_range("early_pause_s", self.early_pause_s, 0.0, 5.0)
        check_range("pause_s", self.pause_s, 0.2, 5.0)
        check_range("max_utterance_s", self.max_utterance_s, 3.0, 28.0)
        check_range("vad_mode", self.vad_mode, 0, 3)
        check_range("length of initial_prompt", len(self.initial_prompt), 0, limits.MAX_PROMPT_CHARS)
        check_range("length of hotwords", len(self.hotwords), 0, limits.MAX_HOTWORDS_CHARS)
        check_range("length of domain", len(self.domain), 0, limits.MAX_DOMAIN_CHARS)


class SessionUpdate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """OPTIONS of a later request of a session: what changes from now on.

    Attributes:
        targets: all languages wanted from now on. A new one begins with the next utterance; what was said before a
            language was dropped is still translated into it.
        glossary: for new languages: target language -> term -> required translation.
    """

    targets: tuple[str, ...]
    glossary: dict[str, dict[str, str]] = {}

    def __post_init__(self) -> None:
        check_targets(self.targets, AUTO)
        for glossary in self.glossary.values():
            check_terms(glossary, ())


class TranscribeOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Options of one ``whisper`` or ``transcribe`` request.

    Attributes:
        language: spoken language, or ``auto``.
        task: ``transcribe``, or ``translate`` (Whisper's own translation into English).
        word_timestamps: whether words with times are wanted.
        initial_prompt: text that primes the first window.
        hotwords: text that primes every window.
        scores: whether ``avg_logprob`` and the words' ``confidence`` are computed. They cost one more encoder pass,
            about half as much time again; a passing partial result does without.
    """

    language: str = AUTO
    task: str = "transcribe"
    word_timestamps: bool = True
    initial_prompt: str = ""
    hotwords: str = ""
    scores: bool = True

    def __post_init__(self) -> None:
        check_language(self.language, allow_auto=True)
        if self.task not in ("transcribe", "translate"):
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID, f"Option task is {self.task[:40]!r}; allowed: transcribe, translate."
            )
        check_range("length of initial_prompt", len(self.initial_prompt), 0, limits.MAX_PROMPT_CHARS)
        check_range("length of hotwords", len(self.hotwords), 0, limits.MAX_PROMPT_CHARS)


OptionsT = TypeVar(
    "OptionsT", SessionOptions, SessionUpdate, TranscribeOptions, TranslateOptions, AudioFormat, WindowOptions
)


def decode_options(data: bytes | str, kind: type[OptionsT]) -> OptionsT:
    """Reads and checks JSON options.

    Raises:
        LiveTranslateError: ``OPTIONS_NOT_JSON``, ``OPTION_UNKNOWN`` (by name), ``OPTION_INVALID``,
            ``LANGUAGE_UNKNOWN``, ``LANGUAGE_SAME_AS_SOURCE`` or ``TOO_MANY_TARGETS``.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        # An error raised in __post_init__ arrives wrapped only when it is a ValueError or TypeError; ours is not.
        text = str(error)
        if "unknown field" in text:
            known = ", ".join(field.encode_name for field in msgspec.structs.fields(kind))
            raise LiveTranslateError(ErrorCode.OPTION_UNKNOWN, f"{text}; known options: {known}.") from error
        raise LiveTranslateError(ErrorCode.OPTION_INVALID, f"{text}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        shown = data[:60] if isinstance(data, str) else bytes(data[:60]).decode("utf-8", "replace")
        raise LiveTranslateError(
            ErrorCode.OPTIONS_NOT_JSON, f"OPTIONS must be a JSON object, got {shown!r}: {error}."
        ) from error


def encode_options(options: OptionsT) -> bytes:
    """The options as JSON (UTF-8)."""
    return msgspec.json.encode(options)
