"""What is watched: seven signals, each made of counters and histograms that the server reports anyway."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from livetranslate.protocol import tensors
from livetranslate.protocol.metric_catalogue import BY_NAME

OVERFLOW = "+Inf"
GENERATED_TOKENS = "vllm:generation_tokens_total"
"""vLLM's own counter, with the llm's name in its label ``model``."""


class Kind(str, Enum):
    """How a signal is made of metrics."""

    SHAPE = "shape"
    """A histogram's buckets."""
    MIX = "mix"
    """A counter's shares by a label."""
    RATIO = "ratio"
    """One counter over another."""


@dataclass(frozen=True)
class Signal:
    """One signal.

    Attributes:
        name: value of the label ``signal``.
        title: for people.
        kind: how it is made.
        metric: the histogram or counter it is made of; a ratio's numerator.
        least: observations (of a ratio: what its denominator counts) that a window needs to be judged.
        smallest_shift: a score below it is no drift, however certain: bits; of a ratio, its relative change.
        label: of a mix: the label whose values it is the mix of.
        per: of a ratio: its denominator.
        unit: of its values.
        action: what to do when it drifts.
    """

    name: str
    title: str
    kind: Kind
    metric: str
    least: float
    smallest_shift: float
    label: str = ""
    per: str = ""
    unit: str = ""
    action: str = ""

    @property
    def series(self) -> tuple[str, ...]:
        """Names at the endpoint, as samples carry them."""
        if self.kind is Kind.SHAPE:
            return (f"{self.metric}_bucket",)
        return (self.metric, self.per) if self.kind is Kind.RATIO else (self.metric,)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """A shape's buckets in order, by their upper bounds; empty for the others."""
        if self.kind is not Kind.SHAPE:
            return ()
        return (*(bucket_name(bound) for bound in BY_NAME[self.metric].buckets), OVERFLOW)


def bucket_name(bound: float | str) -> str:
    """A bucket's upper bound, always written alike: ``-70``, ``0.95``, ``+Inf``."""
    value = float(bound)
    return OVERFLOW if value == float("inf") else f"{value:g}"


UTTERANCES, WORDS, AUDIO_S = 10.0, 30.0, 60.0
"""Fewest observations of a window that is judged."""
SHAPE_SHIFT, RATIO_SHIFT = 0.03, 0.15
"""docs/drift.md says what these mean and why they are what they are."""


def _shape(name: str, title: str, metric: str, least: float) -> Signal:
    known = BY_NAME[metric]
    return Signal(name, title, Kind.SHAPE, metric, least, SHAPE_SHIFT, unit=known.unit, action=known.action)


SIGNALS: tuple[Signal, ...] = (
    _shape("speech_level", "Level of speech", "livetranslate_speech_level_dbfs", UTTERANCES),
    _shape("speech_snr", "Speech above noise", "livetranslate_speech_snr_db", UTTERANCES),
    _shape("word_confidence", "Confidence of words", "livetranslate_word_confidence", WORDS),
    _shape("words_per_second", "Speed of speech", "livetranslate_words_per_second", UTTERANCES),
    Signal(
        "language",
        "Languages of utterances",
        Kind.MIX,
        "livetranslate_utterances_total",
        UTTERANCES,
        SHAPE_SHIFT,
        label="language",
        action=BY_NAME["livetranslate_utterances_total"].action,
    ),
    Signal(
        "speech_share",
        "Share of the audio that is speech",
        Kind.RATIO,
        "livetranslate_speech_seconds_total",
        AUDIO_S,
        RATIO_SHIFT,
        per="livetranslate_audio_seconds_total",
        action=BY_NAME["livetranslate_speech_seconds_total"].action,
    ),
    Signal(
        "tokens_per_word",
        "Tokens of the llm per word heard",
        Kind.RATIO,
        GENERATED_TOKENS,
        WORDS,
        RATIO_SHIFT,
        per="livetranslate_words_total",
        unit="tokens/word",
        action="Up: the llm goes on and on, or more target languages are asked for. Down: translations fall short.",
    ),
)

BY_SIGNAL = {signal.name: signal for signal in SIGNALS}
FIXED_LABELS = {GENERATED_TOKENS: {"model": tensors.LLM}}
"""Only samples with these labels count."""
