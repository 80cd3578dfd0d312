"""From answers to figures of quality. Pure functions; every share comes with what it is a share of.

chrF (Popović 2015) and BLEU (Post 2018) are sacrebleu's, over the whole set. A sentence that failed or was passed on
untranslated counts as empty there, and is counted apart: it is no violation, for it says what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sacrebleu

from livetranslate.protocol import TranslationFlag

# sacrebleu's tokenizers for languages whose words 13a cannot find.
_BLEU_TOKENIZERS = {"zh": "zh", "yue": "zh", "ja": "char", "ko": "char", "th": "char"}


@dataclass(frozen=True)
class Judged:
    """A sentence, its translation and what the checks say of it.

    Attributes:
        source: the sentence.
        reference: its reference translation; None where there is none.
        text: the translation; empty when it failed or the source text was passed on.
        untranslated: whether the source text was passed on.
        failure: why the request failed.
        flags: what the server itself says of the translation.
        violations: what else than a translation it is, by the checks' names.
        is_wrong_language: whether it is in another language than the target.
        figures: numbers, times, amounts, addresses and links of the source.
        figures_lost: those of them that the translation does not have.
        terms: terms of the glossary that the source has.
        terms_missed: those of them whose translation is missing.
        attempts: how often a model was asked.
        total_s: from sending to the last response, seconds.
    """

    source: str
    reference: str | None
    text: str
    untranslated: bool = False
    failure: str | None = None
    flags: tuple[TranslationFlag, ...] = ()
    violations: tuple[str, ...] = ()
    is_wrong_language: bool = False
    figures: tuple[str, ...] = ()
    figures_lost: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    terms_missed: tuple[str, ...] = ()
    attempts: int = 1
    total_s: float = 0.0

    @property
    def is_translated(self) -> bool:
        """Whether there is a translation to judge."""
        return self.failure is None and not self.untranslated


@dataclass(frozen=True)
class Quality:
    """A set's figures.

    Attributes:
        sentences: how many were asked for.
        failed: requests that failed.
        untranslated: sentences whose source text was passed on, marked.
        chrf: 0 to 100; None without references.
        bleu: 0 to 100; None without references.
        unclean: translations with a violation of hygiene.
        wrong_language: translations in another language than the target.
        figures: numbers, times, amounts, addresses and links in the translated sentences.
        figures_lost: those that are not in the translation.
        figures_lost_silently: those in sentences that do not carry the flag for it.
        terms: terms asked for.
        terms_missed: those that are not in the translation.
        terms_missed_silently: those in sentences that do not carry the flag for it.
        attempts: how often a model was asked, for all sentences.
    """

    sentences: int
    failed: int
    untranslated: int
    chrf: float | None
    bleu: float | None
    unclean: int
    wrong_language: int
    figures: int
    figures_lost: int
    figures_lost_silently: int
    terms: int
    terms_missed: int
    terms_missed_silently: int
    attempts: int

    @property
    def figures_kept(self) -> float | None:
        """Number accuracy: the share of figures that are in the translation; None without figures."""
        return 1 - self.figures_lost / self.figures if self.figures else None

    @property
    def terms_kept(self) -> float | None:
        """Term accuracy; None when no term was asked for."""
        return 1 - self.terms_missed / self.terms if self.terms else None


def score(judged: Sequence[Judged], *, target: str) -> Quality:
    """The figures of a set that was translated into ``target``."""
    translated = [one for one in judged if one.is_translated]
    no_number = [one for one in translated if TranslationFlag.NUMBER_LOST not in one.flags]
    no_term = [one for one in translated if TranslationFlag.TERM_MISSED not in one.flags]
    chrf, bleu = chrf_and_bleu(judged, target=target)
    return Quality(
        sentences=len(judged),
        failed=sum(one.failure is not None for one in judged),
        untranslated=sum(one.untranslated for one in judged),
        chrf=chrf,
        bleu=bleu,
        unclean=sum(bool(one.violations) for one in translated),
        wrong_language=sum(one.is_wrong_language for one in translated),
        figures=sum(len(one.figures) for one in translated),
        figures_lost=sum(len(one.figures_lost) for one in translated),
        figures_lost_silently=sum(len(one.figures_lost) for one in no_number),
        terms=sum(len(one.terms) for one in translated),
        terms_missed=sum(len(one.terms_missed) for one in translated),
        terms_missed_silently=sum(len(one.terms_missed) for one in no_term),
        attempts=sum(one.attempts for one in judged),
    )


def chrf_and_bleu(judged: Sequence[Judged], *, target: str) -> tuple[float | None, float | None]:
    """Over the sentences that have a reference; None, None when none has."""
    pairs = [(one.text if one.is_translated else "", one.reference) for one in judged if one.reference is not None]
    if not pairs:
        return None, None
    texts, references = [text for text, _ in pairs], [[reference for _, reference in pairs]]
    bleu = sacrebleu.corpus_bleu(texts, references, tokenize=_BLEU_TOKENIZERS.get(target, "13a"))
    return sacrebleu.corpus_chrf(texts, references).score, bleu.score


def chrf(text: str, reference: str) -> float:
    """The chrF of one text, 0 to 100."""
    return float(sacrebleu.corpus_chrf([text], [[reference]]).score)
