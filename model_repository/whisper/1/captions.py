"""From timed words to segments: about a sentence or a caption's worth each, in monotonic time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livetranslate.protocol import Segment, Word

_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "।", "؟")
_MAX_SEGMENT_S = 12.0
_PAUSE_S = 1.0
_BREATH_S = 0.25
_ABBREVIATED_WORDS = 3
"""After so few words without even a breath, a full stop is taken for an abbreviation's ("And Mr. Dashwood")."""


@dataclass(frozen=True)
class SpokenWord:
    """A word in the audio's own time, as the engine spells it (leading space kept).

    Attributes:
        text: with its leading space, where the language writes one.
        start_s: seconds from the beginning of the audio.
        end_s: seconds.
        confidence: probability in [0, 1], or None.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float | None


def monotonic(words: Iterable[SpokenWord], duration_s: float) -> list[SpokenWord]:
    """Words whose times neither run backwards, nor overlap, nor leave the audio. The engine's alignment may do all."""
    ordered: list[SpokenWord] = []
    earliest_s = 0.0
    for word in words:
        start_s = min(max(word.start_s, earliest_s), duration_s)
        end_s = min(max(word.end_s, start_s), duration_s)
        ordered.append(SpokenWord(word.text, round(start_s, 3), round(end_s, 3), word.confidence))
        earliest_s = end_s
    return ordered


def to_segments(words: Sequence[SpokenWord]) -> list[Segment]:
    """Groups words: a segment ends at the end of a sentence, before a pause of 1 s, or after 12 s."""
    segments: list[Segment] = []
    group: list[SpokenWord] = []
    for word in words:
        if group and (
            _ends_sentence(group, word.start_s)
            or word.start_s - group[-1].end_s >= _PAUSE_S
            or word.end_s - group[0].start_s > _MAX_SEGMENT_S
        ):
            segments.append(_segment(group))
            group = []
        group.append(word)
    return [*segments, _segment(group)] if group else segments


def _ends_sentence(group: Sequence[SpokenWord], next_start_s: float) -> bool:
    if not group[-1].text.rstrip().endswith(_SENTENCE_ENDS):
        return False
    return len(group) > _ABBREVIATED_WORDS or next_start_s - group[-1].end_s >= _BREATH_S


def _segment(group: Sequence[SpokenWord]) -> Segment:
    return Segment(
        start_s=group[0].start_s,
        end_s=group[-1].end_s,
        text="".join(word.text for word in group).strip(),
        words=tuple(Word(word.text.strip(), word.start_s, word.end_s, word.confidence) for word in group),
    )
