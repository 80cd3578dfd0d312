"""What a caller may ask of a translation, and what it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

import msgspec

from livetranslate.protocol import limits
from livetranslate.protocol.checks import check_range
from livetranslate.protocol.errors import ErrorCode, LiveTranslateError
from livetranslate.protocol.languages import AUTO, check_language
from livetranslate.protocol.resume import SentencePair

SOURCE_ROUTE = "source"
"""Stands for a route's name where the text is the source's."""


class TranslationPolicy(str, Enum):
    """When a live session translates."""

    FINAL = "final"
    SIMULTANEOUS = "simultaneous"


class Formality(str, Enum):
    """How the listener is addressed, where the language knows a difference."""

    DEFAULT = "default"
    FORMAL = "formal"
    INFORMAL = "informal"


class TranslationFlag(str, Enum):
    """What a reader should know about a translation that is shown all the same.

    Attributes:
        TERM_MISSED: a term of the glossary, or one to be kept, is not in it.
        NUMBER_LOST: a number, time, amount, address or link of the source was not found in it.
        DOUBTFUL: something stands around it (an introduction, quotes, a note) that could not be taken off.
        REJECTED: what the model wrote was no translation; the text is the source's.
        UNAVAILABLE: no model answered; the text is the source's.
    """

    TERM_MISSED = "term_missed"
    NUMBER_LOST = "number_lost"
    DOUBTFUL = "doubtful"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"


class TranslateOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Options of one ``translator``, ``translation_prompt`` or ``translate`` request.

    Attributes:
        target: language to translate into.
        source: language of the text, or ``auto``.
        context: earlier sentence pairs, oldest first.
        glossary: term -> required translation.
        keep: terms that stay as they are (names, products).
        formality: how the listener is addressed.
        domain: what the talk is about, in a few words ("cardiology").
        committed: beginning of the translation that is fixed already; the answer goes on from there.
        is_complete: whether the sentence is finished; of one that goes on, only what is there is translated.
        insist: terms and figures that an earlier attempt lost; the prompt names them once more.
        is_strict: asks more sternly for a bare translation, after an answer that was none.
        timeout_s: after so many seconds ``translator`` passes the source text on, marked; 0 for its own limit.
    """

    target: str
    source: str = AUTO
    context: tuple[SentencePair, ...] = ()
    glossary: dict[str, str] = {}
    keep: tuple[str, ...] = ()
    formality: Formality = Formality.DEFAULT
    domain: str = ""
    committed: str = ""
    is_complete: bool = True
    insist: tuple[str, ...] = ()
    is_strict: bool = False
    timeout_s: float = 0.0

    def __post_init__(self) -> None:
        check_language(self.source, allow_auto=True)
        check_target(self.target, self.source)
        check_terms(self.glossary, self.keep)
        check_range("number of context pairs", len(self.context), 0, limits.MAX_CONTEXT_PAIRS)
        check_range("length of domain", len(self.domain), 0, limits.MAX_DOMAIN_CHARS)
        check_range("length of committed", len(self.committed), 0, 2 * limits.MAX_TEXT_CHARS)
        check_range("number of insist", len(self.insist), 0, limits.MAX_TERMS)
        check_range("timeout_s", self.timeout_s, 0.0, 600.0)


class TranslationResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One text's translation, checked.

    Attributes:
        text: the translation; the source text when ``untranslated``.
        route: what made it: ``llm``, ``llm_fallback``, ``remote``, or ``source`` for none.
        attempts: how many times a model was asked.
        untranslated: whether ``text`` is the source's.
        flags: what a reader should know.
        lost: the terms and figures behind ``term_missed`` and ``number_lost``.
    """

    text: str
    route: str
    attempts: int = 1
    untranslated: bool = False
    flags: tuple[TranslationFlag, ...] = ()
    lost: tuple[str, ...] = ()


def check_target(target: str, source: str) -> None:
    """Refuses an unknown target and one equal to the source."""
    check_language(target)
    if target == source:
        raise LiveTranslateError(
            ErrorCode.LANGUAGE_SAME_AS_SOURCE,
            f"Target language {target!r} is the source language; drop it, or set the source to 'auto'.",
        )


def check_targets(targets: Sequence[str], source: str, *, needs_one: bool = False) -> None:
    """Refuses a session's or a call's target languages: too many, unknown, the source's, one twice, or none at all."""
    if needs_one and not targets:
        raise LiveTranslateError(ErrorCode.OPTION_INVALID, "No target language is given; name at least one.")
    if len(targets) > limits.MAX_TARGETS:
        raise LiveTranslateError(
            ErrorCode.TOO_MANY_TARGETS,
            f"{len(targets)} target languages were asked for; a session or call takes at most {limits.MAX_TARGETS}. "
            "Open a second one for the others.",
        )
    for target in targets:
        check_target(target, source)
    if len(set(targets)) != len(targets):
        raise LiveTranslateError(ErrorCode.OPTION_INVALID, f"Option targets names a language twice: {tuple(targets)}.")


def check_terms(glossary: Mapping[str, str], keep: Sequence[str]) -> None:
    """Refuses empty, too long and too many terms (``TERMS_INVALID``)."""
    if len(glossary) + len(keep) > limits.MAX_TERMS:
        raise LiveTranslateError(
            ErrorCode.TERMS_INVALID,
            f"{len(glossary) + len(keep)} terms were given; at most {limits.MAX_TERMS} are heeded. Send those that "
            "this talk needs.",
        )
    for term in (*glossary.keys(), *glossary.values(), *keep):
        if not term.strip() or len(term) > limits.MAX_TERM_CHARS:
            raise LiveTranslateError(
                ErrorCode.TERMS_INVALID,
                f"The term {term[:40]!r} has {len(term)} characters; a term has 1 to {limits.MAX_TERM_CHARS} and is "
                "not blank.",
            )
