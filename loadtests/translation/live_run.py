"""One live session, measured: its translation's delay and quality, and what it cost the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from livetranslate.protocol import TranslationPolicy
from livetranslate.protocol.transcript import join_words
from loadtests.figures import Figures
from loadtests.live.clips import Clip
from loadtests.live.correctness import problems_of
from loadtests.live.driver import Recording, play
from loadtests.processes import Meter
from loadtests.scoring import Distribution
from loadtests.translation import server_metrics
from loadtests.translation.latency import SourceSentence, TargetWord, stream_laal
from loadtests.translation.quality_scores import chrf
from loadtests.translation.target_text import Piece, erasure, pieces_of, target_words, units, whole_text

METRICS_SETTLE_S = 1.0
"""Engines report their counters a little after the fact."""


@dataclass(frozen=True)
class Setup:
    """What a session is started with.

    Attributes:
        policy: when it translates.
        targets: languages.
    """

    policy: TranslationPolicy
    targets: tuple[str, ...]

    @property
    def label(self) -> str:
        """For tables."""
        return f"{self.policy.value}, {'+'.join(self.targets)}"


@dataclass(frozen=True)
class Expected:
    """What a clip's translation is held against, in one language.

    Attributes:
        offline: recording -> the translation of the whole recognised sentences, without haste.
        references: recording -> written translation; empty where there are none for every recording.
    """

    offline: dict[str, str]
    references: dict[str, str] = field(default_factory=dict)

    def sentences(self, clip: Clip, language: str) -> list[SourceSentence]:
        """The clip's recordings as StreamLAAL's sentences."""
        found, place = [], 0
        for part in clip.parts or (clip,):
            text = (self.references or self.offline)[part.name]
            times = clip.times[place : place + len(part.times)]
            place += len(part.times)
            if times:
                found.append(SourceSentence(times[0].start_s, times[-1].end_s, tuple(units(text, language))))
        return found


@dataclass(frozen=True)
class LiveTranslation:
    """What a session showed.

    Attributes:
        figures: means over its languages, and its cost.
        by_language: of each language.
        texts: final text by language.
        problems: what was not correct, as sentences.
    """

    figures: Figures
    by_language: dict[str, Figures]
    texts: dict[str, str]
    problems: list[str]


def measure(
    url: str,
    clip: Clip,
    setup: Setup,
    expected: Mapping[str, Expected],
    *,
    source: str,
    options: Mapping[str, Any],
    metrics_url: str | None,
    pid: int | None,
) -> LiveTranslation:
    """Plays the clip once at the pace of a microphone.

    Args:
        url: gRPC address.
        clip: what is spoken, with the times of its words.
        setup: policy and languages.
        expected: by language.
        source: spoken language.
        options: further session options.
        metrics_url: the server's page of metrics; None leaves its counters out.
        pid: the server's root process; None leaves its CPU time out.
    """
    with ExitStack() as stack:
        before = server_metrics.read(metrics_url) if metrics_url else {}
        meter = stack.enter_context(Meter(pid)) if pid is not None else None
        chosen = {**options, "translation": setup.policy}
        recording = asyncio.run(play(url, clip, source=source, targets=setup.targets, options=chosen))
        time.sleep(METRICS_SETTLE_S)
    figures: Figures = {}
    if metrics_url:
        figures |= server_metrics.used(before, server_metrics.read(metrics_url))
    if meter is not None:
        figures |= {"cpu_s": sum(meter.cpu_s.values())}
        figures |= {f"cpu_s.{group}": used_s for group, used_s in meter.cpu_s.items()}
    return judged(recording, clip, setup, expected, cost=figures)


def judged(
    recording: Recording, clip: Clip, setup: Setup, expected: Mapping[str, Expected], *, cost: Figures
) -> LiveTranslation:
    """A session's figures, its events being given."""
    by_language: dict[str, Figures] = {}
    texts = {}
    problems = problems_of(recording)
    for language in setup.targets:
        pieces = pieces_of(recording, language)
        texts[language] = whole_text(pieces, language)
        by_language[language] = language_figures(pieces, clip, expected[language], language)
        problems += taken_back(pieces, language)
    return LiveTranslation(mean_figures(list(by_language.values())) | cost, by_language, texts, problems)


def language_figures(pieces: Sequence[Piece], clip: Clip, expected: Expected, language: str) -> Figures:
    """One language's delays and quality."""
    words = target_words(pieces, language)
    sentences = expected.sentences(clip, language)
    text = whole_text(pieces, language)
    delay = Distribution.of([word.at_s - word.said_s for word in words])
    ideal = Distribution.of([word.heard_s - word.said_s for word in words if word.heard_s is not None])
    return {
        "laal_s": stream_laal(words, sentences, is_ideal=False),
        "laal_ideal_s": stream_laal(words, sentences, is_ideal=True),
        "delay_avg_s": delay.avg if delay else None,
        "delay_p50_s": delay.p50 if delay else None,
        "delay_p95_s": delay.p95 if delay else None,
        "delay_ideal_avg_s": ideal.avg if ideal else None,
        "first_committed_s": _first(words, sentences),
        "displayed_erasure": erasure(pieces, language),
        "chrf_offline": chrf(text, _whole(expected.offline, clip, language)),
        "chrf_reference": chrf(text, _whole(expected.references, clip, language)) if expected.references else None,
        "flagged": float(sum(bool(piece.flags) for piece in pieces)),
        "untranslated": float(sum(piece.untranslated for piece in pieces)),
        "words": float(len(words)),
    }


def mean_figures(each: Sequence[Figures]) -> Figures:
    """The mean of every figure that all languages have."""
    found: Figures = {}
    for name in each[0] if each else ():
        values = [figures[name] for figures in each]
        known = [value for value in values if value is not None]
        found[name] = sum(known) / len(known) if len(known) == len(values) else None
    return found


def taken_back(pieces: Sequence[Piece], language: str) -> list[str]:
    """Sentences about committed translations that did not stay."""
    found = []
    for piece in pieces:
        for earlier, later in zip(piece.states, piece.states[1:], strict=False):
            if not later.committed.startswith(earlier.committed):
                found.append(f"{language}: committed {earlier.committed!r}, then {later.committed!r}")
    return found


def _whole(texts: Mapping[str, str], clip: Clip, language: str) -> str:
    return join_words((texts[part.name] for part in clip.parts or (clip,)), language)


def _first(words: Sequence[TargetWord], sentences: Sequence[SourceSentence]) -> float | None:
    """From the beginning of the first sentence to the first committed word."""
    return words[0].at_s - sentences[0].start_s if words and sentences else None
