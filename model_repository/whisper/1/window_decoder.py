"""One window, guarded: decoded, freed of loops, scored, and dropped when it was made up."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from guards import token_limit
from phantoms import is_suspect
from text_scorer import Scores, TextScorer
from verdict import Verdict, judge
from whisper_engine import Decoding, TimedWord, WhisperEngine

from livetranslate.protocol import TranscribeOptions
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

_RETRY_PENALTY = 1.3
_SPARSE_TOKENS_PER_S = 1.0
_SHORT_S = 1.0


@dataclass(frozen=True)
class WindowResult:
    """What a window gave, after the guards.

    Attributes:
        decoding: text and words; empty when the window was dropped.
        scores: the model's own judgement, None when it was not asked.
        confidences: one a word, parallel to ``decoding.words``.
        flags: what the guards did: ``retried``, ``loop_cut``, ``repetitive``, ``phantom_dropped``, ``token_limit``.
    """

    decoding: Decoding
    scores: Scores | None
    confidences: tuple[float | None, ...]
    flags: tuple[str, ...]


class WindowDecoder:
    """Decodes windows of at most 30 s with one engine and one scorer."""

    def __init__(self, engine: WhisperEngine, scorer: TextScorer) -> None:
        self._engine = engine
        self._scorer = scorer

    def decode(self, samples: Samples, options: TranscribeOptions, is_cancelled: Callable[[], bool]) -> WindowResult:
        """Decodes one window.

        A text that loops is decoded once more with a repetition penalty; when that fails too, it is cut after the
        loop's first round. A text that the model itself finds improbable, in a window where it hears no speech, is
        dropped. Scoring is skipped on request, but never for a doubtful text: a repaired one, one with less than a
        token a second, one from less than a second of audio, one that Whisper is known to make up.

        Raises:
            CancelledByCallerError: the caller went away.
        """
        window = _Window(samples, options, is_cancelled)
        decoding, flags = self._without_loops(window)
        if not decoding.token_ids:
            return WindowResult(decoding, None, (), flags)
        if not decoding.complete and "loop_cut" not in flags:
            flags = (*flags, "token_limit")
        if not (options.scores or flags or _is_doubtful(decoding, window)):
            return WindowResult(decoding, None, (None,) * len(decoding.words), flags)
        scores = self._score(decoding, window)
        if not _judge(decoding, window, scores).keep:
            empty = replace(decoding, text="", words=(), token_ids=())
            return WindowResult(empty, scores, (), (*flags, "phantom_dropped"))
        return WindowResult(decoding, scores, _confidences(decoding.words, scores), flags)

    def _without_loops(self, window: _Window) -> tuple[Decoding, tuple[str, ...]]:
        limit = token_limit(window.duration_s)
        first = self._decode(window, limit)
        verdict = _judge(first, window)
        if not verdict.is_runaway:
            return first, ()
        second = self._decode(window, limit, repetition_penalty=_RETRY_PENALTY)
        if second.complete and not _judge(second, window).is_runaway:
            scores = self._score(second, window)
            if _judge(second, window, scores).keep:
                return second, ("retried",)
        if verdict.loop is None:
            return first, ("repetitive",)
        loop = verdict.loop
        # The same greedy decoding again, ended after the loop's first round, so that its words have times.
        return self._decode(window, loop.start + loop.period), ("loop_cut",)

    def _decode(self, window: _Window, max_new_tokens: int, *, repetition_penalty: float = 1.0) -> Decoding:
        return self._engine.decode(
            window.samples,
            window.options,
            max_new_tokens=max_new_tokens,
            repetition_penalty=repetition_penalty,
            is_cancelled=window.is_cancelled,
        )

    def _score(self, decoding: Decoding, window: _Window) -> Scores:
        return self._scorer.score(
            window.samples,
            decoding.token_ids,
            prompt_ids=self._engine.prompt_ids(decoding.language, window.options.task),
            end_id=self._engine.end_id,
            no_speech_id=self._engine.no_speech_id,
        )


@dataclass(frozen=True)
class _Window:
    samples: Samples
    options: TranscribeOptions
    is_cancelled: Callable[[], bool]

    @property
    def duration_s(self) -> float:
        return self.samples.size / SAMPLE_RATE_HZ


def _is_doubtful(decoding: Decoding, window: _Window) -> bool:
    sparse = len(decoding.token_ids) < _SPARSE_TOKENS_PER_S * window.duration_s
    return sparse or window.duration_s < _SHORT_S or is_suspect(decoding.text, decoding.language)


def _judge(decoding: Decoding, window: _Window, scores: Scores | None = None) -> Verdict:
    return judge(
        decoding.text,
        decoding.token_ids,
        scores.token_logprobs if scores else (),
        scores.no_speech_prob if scores else None,
        window.duration_s,
        decoding.language,
        word_durations_s=[word.end_s - word.start_s for word in decoding.words],
    )


def _confidences(words: tuple[TimedWord, ...], scores: Scores) -> tuple[float | None, ...]:
    """Each word's probability: the geometric mean of its tokens'."""
    spelled = sum(len(word.token_ids) for word in words)
    if spelled != len(scores.token_logprobs) - 1:  # the aligner lost a token: no honest figure a word
        return (None,) * len(words)
    confidences: list[float | None] = []
    at = 0
    for word in words:
        logprobs = scores.token_logprobs[at : at + len(word.token_ids)]
        confidences.append(round(math.exp(sum(logprobs) / len(logprobs)), 4) if logprobs else None)
        at += len(word.token_ids)
    return tuple(confidences)
