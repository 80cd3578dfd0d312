"""Asks for the sentences of a set and has the answers judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from livetranslate.protocol import SentencePair, TranslateOptions
from loadtests.translation.answers import Answer, Ask, Question, ask_all
from loadtests.translation.judge import Judge
from loadtests.translation.parallel_sets import Adversarial, ParallelSet
from loadtests.translation.quality_scores import Judged


class Variant(str, Enum):
    """What a sentence is sent with.

    Attributes:
        ALONE: nothing.
        OWN_CONTEXT: the sentences before it and the translations that they just got, as in a live session.
        REFERENCE_CONTEXT: the sentences before it and their references: what good context would give. It shows the
            reference's style and terms too, so it is no figure to quote as the system's quality.
        TERMS: the glossary of its language pair; only sentences with a term of it are sent.
    """

    ALONE = "alone"
    OWN_CONTEXT = "own context"
    REFERENCE_CONTEXT = "reference context"
    TERMS = "terms"


@dataclass(frozen=True)
class Asking:
    """How sentences are sent.

    Attributes:
        ask: sends one.
        judge: judges the answer.
        concurrency: requests under way, at most.
        context_pairs: how many earlier pairs a sentence is sent with, where it is.
    """

    ask: Ask
    judge: Judge
    concurrency: int
    context_pairs: int


async def translate_set(
    asking: Asking, parallel: ParallelSet, variant: Variant, *, terms: Mapping[str, str]
) -> list[Judged]:
    """One set in one variant.

    Args:
        asking: how.
        parallel: the sentences.
        variant: what they are sent with.
        terms: the glossary of this language pair.
    """
    if variant is Variant.OWN_CONTEXT:
        return await _one_after_the_other(asking, parallel)
    glossary = dict(terms) if variant is Variant.TERMS else {}
    chosen = [
        place
        for place, pair in enumerate(parallel.pairs)
        if variant is not Variant.TERMS or asking.judge.terms_in(pair.source, glossary)
    ]
    questions = []
    for place in chosen:
        before = parallel.pairs[max(0, place - asking.context_pairs) : place]
        context = tuple(SentencePair(source=pair.source, target=pair.reference) for pair in before)
        options = TranslateOptions(
            source=parallel.source,
            target=parallel.target,
            context=context if variant is Variant.REFERENCE_CONTEXT else (),
            glossary=glossary,
        )
        questions.append(Question(parallel.pairs[place].source, options))
    answers = await ask_all(asking.ask, questions, concurrency=asking.concurrency)
    references = [parallel.pairs[place].reference for place in chosen]
    return _judged(asking.judge, questions, answers, references)


async def translate_adversarial(asking: Asking, cases: Sequence[Adversarial], *, target: str) -> list[Judged]:
    """All cases that are not in the target language already, into it."""
    questions = [
        Question(case.text, TranslateOptions(source=case.source, target=target))
        for case in cases
        if case.source != target
    ]
    answers = await ask_all(asking.ask, questions, concurrency=asking.concurrency)
    return _judged(asking.judge, questions, answers, [None] * len(questions))


async def _one_after_the_other(asking: Asking, parallel: ParallelSet) -> list[Judged]:
    context: deque[SentencePair] = deque(maxlen=asking.context_pairs)
    found = []
    for pair in parallel.pairs:
        options = TranslateOptions(source=parallel.source, target=parallel.target, context=tuple(context))
        question = Question(pair.source, options)
        answer = await asking.ask(question)
        if answer.text:
            context.append(SentencePair(source=pair.source, target=answer.text))
        found.append(asking.judge.judge(question, answer, reference=pair.reference))
    return found


def _judged(
    judge: Judge, questions: Sequence[Question], answers: Sequence[Answer], references: Sequence[str | None]
) -> list[Judged]:
    return [
        judge.judge(question, answer, reference=reference)
        for question, answer, reference in zip(questions, answers, references, strict=True)
    ]
