"""Texts that Whisper makes up where nobody speaks: what its training subtitles said over silence, noise and music.

A phrase alone proves nothing: people do say "Thank you" and "Bye". So a known phrase counts only together with low
confidence; and without a known phrase the confidence must be lower still.

The phrases (phantom_phrases.toml) are those that users report again and again: openai/whisper discussions 679 and 928,
and the issue threads of projects that build on Whisper (docs/credits.md). Barański et al., "Investigation of Whisper
ASR Hallucinations Induced by Non-Speech Audio", 2025 (arXiv:2501.11378) showed that a few phrases are most of it.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Limits = tuple[tuple[float, float | None], ...]

UNLIKELY_LIMITS: Limits = ((-1.5, None), (-0.8, 0.6))
"""Any text is made up when its average log-probability is below the first and the probability of no speech above the
second number of any pair (None: whatever that is). OpenAI's pair is -1.0 / 0.6 (``logprob_threshold``,
``no_speech_threshold``); these are measured (loadtests/non_speech): what was made up and is none of the phrases
below had -0.87 / 0.89 to -3 / 0.9, words cut out of quiet speech -0.75 / 0.81, half a word -1.2 / 0.6."""

GUESS_LIMITS: Limits = ((-1.8, 0.3), (-1.5, 0.4))
"""Of the first token's log-probability and the probability of no speech: the text began with a guess, however sure the
rest is of itself ("Mmmmm…", "1.0.1.1.1.1…", "Trash! Trash! Trash!"). Measured on 412 windows of sounds that pass voice
activity detection: 404 began so; of 169 windows of speech, clean and at 10 dB signal-to-noise ratio, 3, all misheard;
of 366 single words over the telephone 12, ten of them misheard."""

GUESSED_AT_MOST = -0.3
"""A text whose average log-probability is above this is no guess, whatever its first token."""

PHRASE_LIMITS: Limits = ((-1.3, None), (-0.9, 0.4), (-0.4, 0.6))
"""As UNLIKELY_LIMITS, for a text that is nothing but what people also say. Measured: "you" and "Thank you." over
silence, tones and music had -0.55 / 0.93 to -1.3 / 0.73; "Thank you.", "Goodbye.", "Hello.", "Gracias.", "Merci.", said
by people, clean, 20 dB too quiet and in noise, -0.08 / 0.04 to -0.42 / 0.41."""

PHRASE_GUESS_LIMITS: Limits = ((-1.2, 0.25),)
"""As GUESS_LIMITS: "Thank you." over a band had -1.38 / 0.39, "Yeah." over a crowd -1.36 / 0.37; "Hello", the least
certain of 60 spoken ones, -1.08 / 0.27."""

LONE_PHRASE_S = 4.0
LONE_PHRASE_NO_SPEECH = 0.25
"""A known phrase that is all there is in so much sound, with that probability of no speech, is made up however sure it
is: over a band "Thank you." had -0.31 / 0.39 for seven seconds. Who says it pauses, and the window ends."""

CREDIT_LIMITS: Limits = ((-0.8, None), (-0.3, 0.3))
"""As UNLIKELY_LIMITS, for a credit, a channel's appeal or an address: seldom said, so little doubt will do."""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SENTENCE_END = re.compile(r"[.!?…。！？♪♫]+\s*|\n+")
_MAX_CREDIT_CHARS = 90
_WORD_CHARACTER = re.compile(r"\w")
_ANNOTATION = re.compile(r"\[[^\]]*\]?|\([^)]*\)?|[♪♫*][^♪♫*]*[♪♫*]?")
"""What subtitles say about sounds: nobody says brackets."""


def is_phantom(
    text: str,
    language: str,
    avg_logprob: float,
    no_speech_prob: float | None,
    *,
    first_logprob: float = 0.0,
    duration_s: float = 0.0,
) -> bool:
    """Whether a text was made up over something that is not speech.

    Args:
        text: what the model wrote.
        language: ISO 639-1 code of the text.
        avg_logprob: mean log-probability per token, the end token included.
        no_speech_prob: probability that the window holds no speech; None when not known.
        first_logprob: log-probability of the text's first token.
        duration_s: length of the audio, seconds; 0 when not known.
    """
    limits, guesses = UNLIKELY_LIMITS, GUESS_LIMITS
    if is_credit(text, language):
        limits += CREDIT_LIMITS
    elif is_stock_phrase(text, language):
        limits, guesses = limits + PHRASE_LIMITS, guesses + PHRASE_GUESS_LIMITS
        if duration_s > LONE_PHRASE_S and (no_speech_prob or 0.0) > LONE_PHRASE_NO_SPEECH:
            return True
    if _is_beyond(limits, avg_logprob, no_speech_prob):
        return True
    return avg_logprob < GUESSED_AT_MOST and _is_beyond(guesses, first_logprob, no_speech_prob)


def _is_beyond(limits: Limits, logprob: float, no_speech_prob: float | None) -> bool:
    """Whether the log-probability is below, and the probability of no speech above, both numbers of any pair."""
    return any(
        logprob < lowest and (highest is None or (no_speech_prob is not None and no_speech_prob > highest))
        for lowest, highest in limits
    )


def is_suspect(text: str, language: str) -> bool:
    """Whether a text is one that Whisper is known to make up: show it only when the model is sure of it."""
    return not has_words(text) or is_credit(text, language) or is_stock_phrase(text, language)


def has_words(text: str) -> bool:
    """Whether a text holds a letter or a digit outside of annotations: "…", "♪♪" and "[MUSIC PLAYING]" hold none."""
    return _WORD_CHARACTER.search(_ANNOTATION.sub(" ", text).replace("_", " ")) is not None


def is_stock_phrase(text: str, language: str) -> bool:
    """Whether a text is nothing but known phrases of its language or of English, repeated or one after another."""
    known = _phrases(language)
    sentences = _sentences(text)
    return bool(sentences) and all(sentence in known for sentence in sentences)


def is_credit(text: str, language: str) -> bool:
    """Whether a text begins as a subtitler's credit or an appeal of its language or of English, and is short."""
    whole = _normal(text)
    if len(whole) > _MAX_CREDIT_CHARS:
        return False
    if any(mark in whole for mark in _table()["credits"]["anywhere"]):
        return True
    return whole.startswith(_beginnings(language))


@cache
def _phrases(language: str) -> frozenset[str]:
    return frozenset(map(_normal, _of_language("phrases", language)))


@cache
def _beginnings(language: str) -> tuple[str, ...]:
    return tuple(map(_normal, _of_language("credits", language)))


def _of_language(kind: str, language: str) -> list[str]:
    table = _table()[kind]
    return [*table["en"], *table.get(language, ())]


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("phantom_phrases.toml").read_text(encoding="utf-8"))


def _sentences(text: str) -> list[str]:
    parts = (_normal(part) for sentence in _SENTENCE_END.split(text) for part in sentence.split(","))
    return [part for part in parts if part]


def _normal(text: str) -> str:
    """Lower case, compatible forms, one space, straight apostrophes, no hyphens, without punctuation at the ends."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ")
    return _EDGES.sub("", " ".join(plain.split()))
