"""One sentence to one checked translation: asked for, cleaned, checked, asked again where it failed, and marked.

An answer that is no translation (a refusal, another language, the source again) is never shown as one: after a second
attempt the source text passes, marked. What may be right all the same (a missed term, a lost figure, a doubtful length)
is shown with a flag.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import msgspec
from answer_checks import Violation, violations
from answer_cleaning import clean
from fallback_chain import FallbackChain
from generation import GenerationRequest
from number_check import lost
from term_check import missed

from livetranslate.protocol import SOURCE_ROUTE, TranslateOptions, TranslationFlag, TranslationResult

_TOLERATED = frozenset({Violation.PREAMBLE, Violation.QUOTES_ADDED, Violation.NOTE_ADDED})
"""What may stand around a translation and was not taken off; any other violation means that it is none."""

QUESTION_MARK = "?"
"""Insisted on where a question came back as a statement."""


@dataclass(frozen=True)
class Candidate:
    """One answer and what is wrong with it.

    Attributes:
        text: cleaned.
        route: what made it.
        violations: of form.
        terms: required terms that are missing.
        figures: numbers, links and the like that are missing.
    """

    text: str
    route: str
    violations: tuple[Violation, ...] = ()
    terms: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    @property
    def is_rejected(self) -> bool:
        """Whether it is no translation at all."""
        return not _TOLERATED.issuperset(self.violations)

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Smaller is better."""
        return self.is_rejected, len(self.violations), len(self.terms) + len(self.figures)

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not (self.violations or self.terms or self.figures)


@dataclass(frozen=True)
class SentenceTranslator:
    """Translates through a chain of routes and vouches for the form of what comes out.

    Attributes:
        chain: ways to an answer.
        timeout_s: for a sentence, unless its request says otherwise; its retries included.
        on_flag: told each flag that is set.
    """

    chain: FallbackChain
    timeout_s: float
    on_flag: Callable[[TranslationFlag], None] = field(default=lambda _: None)

    def translate(
        self,
        text: str,
        options: TranslateOptions,
        *,
        on_text: Callable[[str], None],
        is_cancelled: Callable[[], bool],
    ) -> TranslationResult:
        """Translates one sentence.

        Args:
            text: the sentence, stripped.
            options: languages, context, terms.
            on_text: told the translation so far, cleaned, each time it has changed; it may begin anew.
            is_cancelled: whether the caller has gone.

        Raises:
            LiveTranslateError: the text cannot be translated at all (too long), or the caller has gone.
        """
        deadline = monotonic() + (options.timeout_s or self.timeout_s)

        def ask(asked: TranslateOptions) -> tuple[Candidate | None, int]:
            outcome = self.chain.translate(
                GenerationRequest(text=text, options=asked, deadline=deadline),
                on_text=lambda so_far: on_text(_cleaned(so_far, text, options)),
                is_cancelled=is_cancelled,
            )
            candidate = None if outcome.untranslated else _judged(outcome.text, outcome.route, text, options)
            return candidate, max(1, outcome.attempts)

        best, attempts = ask(options)
        if best is not None and not best.is_good:
            second, more = ask(_sterner(options, best))
            attempts += more
            best = best if second is None else min(best, second, key=lambda each: each.rank)
        result = _result(best, text, attempts)
        for flag in result.flags:
            self.on_flag(flag)
        return result


def _sterner(options: TranslateOptions, best: Candidate) -> TranslateOptions:
    """The second attempt: names what was lost; after an answer that was none, asks more sternly, without context."""
    question = (QUESTION_MARK,) if Violation.ANSWERED_INSTEAD in best.violations else ()
    changes: dict[str, object] = {"insist": (*best.terms, *best.figures, *question)}
    if best.violations:
        changes |= {"is_strict": True, "context": ()}
    return msgspec.structs.replace(options, **changes)


def _judged(answer: str, route: str, text: str, options: TranslateOptions) -> Candidate:
    cleaned = _cleaned(answer, text, options)
    if not options.is_complete:
        return Candidate(cleaned, route)  # half a sentence may well lack a number
    languages = {"source_language": options.source, "target_language": options.target}
    terms = missed(text, cleaned, glossary=options.glossary, keep=options.keep)
    wanted = {term: options.glossary.get(term, term) for term in terms}
    return Candidate(
        cleaned,
        route,
        violations=violations(cleaned, text, **languages),
        terms=tuple(wanted.values()),
        figures=lost(text, cleaned, **languages),
    )


def _cleaned(answer: str, text: str, options: TranslateOptions) -> str:
    """The whole translation, its committed beginning untouched."""
    # A model behind another server may begin anew instead of going on.
    whole = answer if answer.startswith(options.committed) else options.committed + answer
    cleaned = clean(whole, text, options.target)
    return cleaned if cleaned.startswith(options.committed) else whole.strip()


def _result(best: Candidate | None, text: str, attempts: int) -> TranslationResult:
    if best is None or best.is_rejected:
        flag = TranslationFlag.UNAVAILABLE if best is None else TranslationFlag.REJECTED
        return TranslationResult(text, SOURCE_ROUTE, attempts=attempts, untranslated=True, flags=(flag,))
    flags = (
        *((TranslationFlag.TERM_MISSED,) if best.terms else ()),
        *((TranslationFlag.NUMBER_LOST,) if best.figures else ()),
        *((TranslationFlag.DOUBTFUL,) if best.violations else ()),
    )
    return TranslationResult(best.text, best.route, attempts=attempts, flags=flags, lost=(*best.terms, *best.figures))
