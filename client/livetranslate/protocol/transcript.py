"""Words, segments and transcripts: what speech recognition says, in SI units."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Word(msgspec.Struct, frozen=True, omit_defaults=False):
    """One word with its place in the audio.

    Attributes:
        text: the word with its punctuation, without surrounding space.
        start_s: start, seconds from the beginning of the audio (of the session, in live events).
        end_s: end, seconds.
        confidence: probability in [0, 1], or None when the engine gives none.
        speaker: stable speaker label, or None while unknown.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float | None = None
    speaker: str | None = None


class Segment(msgspec.Struct, frozen=True):
    """A stretch of speech by one speaker: about a sentence or a caption's worth."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None


class AudioInfo(msgspec.Struct, frozen=True):
    """What the decoder found: the container or encoding, its rate and channels, and the length in seconds."""

    format: str
    rate_hz: int
    channels: int
    duration_s: float
    truncated: bool = False


class Transcript(msgspec.Struct, frozen=True):
    """A transcript of one piece of audio.

    Attributes:
        language: ISO 639-1 code, given or detected; ``und`` when nobody spoke and none was given.
        duration_s: length of the audio, seconds.
        segments: in time order; empty when nobody spoke.
        avg_logprob: mean log-probability per token, None when nothing was decoded.
        device: the device that ran the engine (``NPU``, ``GPU`` or ``CPU``).
        flags: what the guards against invented text did: ``retried`` (a loop, decoded again), ``loop_cut`` (cut at the
            loop), ``repetitive`` (kept, but doubtful), ``phantom_dropped`` (text over non-speech), ``token_limit``
            (a window's text was cut at its greatest plausible length).
    """

    language: str
    duration_s: float
    segments: tuple[Segment, ...] = ()
    avg_logprob: float | None = None
    device: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All segments' text, joined as the language writes it (no spaces in Chinese, Japanese, Thai, …)."""
        return join_words((segment.text for segment in self.segments), self.language)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words of all segments, in order."""
        return tuple(word for segment in self.segments for word in segment.words)


UNSPACED_LANGUAGES = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km", "bo"})
"""Languages written without spaces between words."""


def join_words(words: Iterable[str], language: str) -> str:
    """Words (or sentences) as one text, with spaces where the language writes them.

    Latin words and numbers are kept apart in every language.
    """
    stripped = (stripped for word in words if (stripped := word.strip()))
    if language not in UNSPACED_LANGUAGES:
        return " ".join(stripped)
    text = ""
    for word in stripped:
        text += f" {word}" if text and is_latin(text[-1]) and is_latin(word[0]) else word
    return text


def is_latin(character: str) -> bool:
    """Whether a character belongs to words that are written with spaces between them: a Latin letter or a digit."""
    return character.isascii() and character.isalnum()
