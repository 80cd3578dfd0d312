"""Options of a session and of single requests: JSON on the wire, checked when they are made.

An unknown option is refused by name, so that a misspelt one never passes silently.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import msgspec

from livetranslate.protocol import limits
from livetranslate.protocol.errors import ErrorCode, LiveTranslateError
from livetranslate.protocol.languages import AUTO, check_language


def check_target(target: str, source: str) -> None:
    """Refuses an unknown target and one equal to the source."""
    check_language(target)
    if target == source:
        raise LiveTranslateError(
            ErrorCode.LANGUAGE_SAME_AS_SOURCE,
            f"Target language {target!r} is the source language; drop it, or set the source to 'auto'.",
        )


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Refuses a value outside [low, high], and NaN."""
    if not low <= value <= high:
        raise LiveTranslateError(ErrorCode.OPTION_INVALID, f"Option {name} is {value:g}; allowed: {low:g} to {high:g}.")


class Encoding(str, Enum):
    """Raw PCM sample encodings a live session or ``audio_decoder`` accepts."""

    S16LE = "s16le"
    F32LE = "f32le"
    MULAW = "mulaw"

    @property
    def bytes_per_sample(self) -> int:
        """Size of one sample of one channel."""
        return {Encoding.S16LE: 2, Encoding.F32LE: 4, Encoding.MULAW: 1}[self]


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
        policy: name of the commit policy.
        step_s: time between two partial decodings, seconds of audio.
        pause_s: silence that ends an utterance; one of less than 1.5 s of speech waits twice as long.
        max_utterance_s: longest utterance before it is cut at a word gap.
        vad_mode: webrtcvad aggressiveness, 0 (permissive) to 3.
        initial_prompt: text that primes the recogniser (names, spelling, style).
    """

    source: str = AUTO
    targets: tuple[str, ...] = ()
    audio: AudioFormat = msgspec.field(default_factory=AudioFormat)
    partials: bool = True
    policy: str = "redecode"
    step_s: float = 1.0
    pause_s: float = 0.6
    max_utterance_s: float = 15.0
    vad_mode: int = 2
    initial_prompt: str = ""

    def __post_init__(self) -> None:
        check_language(self.source, allow_auto=True)
        if len(self.targets) > limits.MAX_TARGETS:
            raise LiveTranslateError(
                ErrorCode.TOO_MANY_TARGETS,
                f"{len(self.targets)} target languages were asked for; a session takes at most {limits.MAX_TARGETS}. "
                "Open a second session for the others.",
            )
        for target in self.targets:
            check_target(target, self.source)
        if len(set(self.targets)) != len(self.targets):
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID, f"Option targets names a language twice: {self.targets}."
            )
        check_range("step_s", self.step_s, 0.2, 10.0)
        check_range("pause_s", self.pause_s, 0.2, 5.0)
        check_range("max_utterance_s", self.max_utterance_s, 3.0, 28.0)
        check_range("vad_mode", self.vad_mode, 0, 3)
        check_range("length of initial_prompt", len(self.initial_prompt), 0, limits.MAX_PROMPT_CHARS)


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


class SentencePair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An earlier sentence and its translation: context for the next one."""

    source: str
    target: str


class TranslateOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Options of one ``translation_prompt`` or ``translate`` request.

    Attributes:
        target: language to translate into.
        source: language of the text, or ``auto``.
        context: earlier sentence pairs, oldest first.
        glossary: term -> required translation.
    """

    target: str
    source: str = AUTO
    context: tuple[SentencePair, ...] = ()
    glossary: dict[str, str] = {}

    def __post_init__(self) -> None:
        check_language(self.source, allow_auto=True)
        check_target(self.target, self.source)
        check_range("number of context pairs", len(self.context), 0, limits.MAX_CONTEXT_PAIRS)


OptionsT = TypeVar("OptionsT", SessionOptions, TranscribeOptions, TranslateOptions, AudioFormat)


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
