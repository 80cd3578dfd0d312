"""Subtitles from words and times: SubRip (SRT) and WebVTT.

The limits are those usual for broadcast and streaming (Netflix "Timed Text Style Guide: General Requirements",
BBC "Subtitle Guidelines"): two lines of 42 columns, 5/6 s to 7 s on screen, no cue across a long pause.

    print(to_srt(transcript_cues(transcript)))
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from livetranslate.protocol import Transcript, TranslationFinal, Word
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES
from livetranslate.subtitle_lines import CUE_COLUMNS, break_lines, columns, split_text

MIN_CUE_S = 5 / 6
MAX_CUE_S = 7.0
GAP_S = 0.08
"""Shortest time between two cues: two frames at 24 a second."""

PAUSE_S = 0.8
"""A silence this long ends a cue."""

_CLAUSE_ENDS = (",", ";", ":", "，", "；", "：", "、")
_COMMA_COLUMNS = 20
"""How much less even a division may be to fall after a comma."""

_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।")


@dataclass(frozen=True)
class Cue:
    """One subtitle.

    Attributes:
        start_s: when it appears, seconds.
        end_s: when it disappears.
        lines: one or two lines of text.
        speaker: who speaks, when known.
    """

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    speaker: str | None = None


def transcript_cues(transcript: Transcript) -> list[Cue]:
    """Cues of a transcript: by its words' times, or by its segments' where they have no words."""
    joiner = "" if transcript.language in UNSPACED_LANGUAGES else " "
    cues: list[Cue] = []
    for segment in transcript.segments:
        if segment.words:
            cues += [_cue_of(group, joiner) for group in _groups(segment.words, joiner)]
        else:
            cues += text_cues(segment.text, segment.start_s, segment.end_s, speaker=segment.speaker)
    return _with_durations(cues)


def translation_cues(finals: Iterable[TranslationFinal]) -> list[Cue]:
    """Cues of the final translations of a session into one language, in the place of what they translate."""
    cues: list[Cue] = []
    for final in sorted(finals, key=lambda event: event.audio_start_s or 0.0):
        if final.text and final.audio_start_s is not None and final.audio_end_s is not None:
            cues += text_cues(final.text, final.audio_start_s, final.audio_end_s)
    return _with_durations(cues)


def text_cues(text: str, start_s: float, end_s: float, *, speaker: str | None = None) -> list[Cue]:
    """Cues of a text without word times: each gets a share of the time in proportion to its length."""
    parts = split_text(text)
    total = sum(columns(part) for part in parts)
    cues: list[Cue] = []
    position_s = start_s
    for part in parts:
        share_s = (end_s - start_s) * columns(part) / total
        cues.append(Cue(position_s, position_s + share_s, break_lines(part), speaker))
        position_s += share_s
    return cues


def to_srt(cues: Iterable[Cue]) -> str:
    """SubRip text: numbered cues, comma before the milliseconds."""
    blocks = []
    for number, cue in enumerate(cues, start=1):
        lines = _with_name(cue)
        times = f"{_timestamp(cue.start_s, ',')} --> {_timestamp(cue.end_s, ',')}"
        blocks.append("\n".join((str(number), times, *lines)) + "\n")
    return "\n".join(blocks)


def to_vtt(cues: Iterable[Cue]) -> str:
    """WebVTT text (W3C): header, full stop before the milliseconds, ``&``, ``<`` and ``>`` escaped, voice spans."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        text = "\n".join(html.escape(line, quote=False) for line in cue.lines)
        if cue.speaker is not None:
            text = f"<v {html.escape(cue.speaker, quote=False)}>{text}"
        blocks.append(f"{_timestamp(cue.start_s, '.')} --> {_timestamp(cue.end_s, '.')}\n{text}\n")
    return "\n".join(blocks)


def _groups(words: Sequence[Word], joiner: str) -> list[list[Word]]:
    """Words that stay together in a cue: a sentence, or, of a long one, about equal parts."""
    groups: list[list[Word]] = []
    for sentence in _sentences(words):
        filled = _fill(sentence, joiner)
        even = _divide(sentence, len(filled), joiner)
        groups += even if all(_fits(group, joiner) for group in even) else filled
    return groups


def _sentences(words: Sequence[Word]) -> list[list[Word]]:
    """Stretches that a cue does not cross: ended by a full stop, a pause or a change of speaker."""
    sentences: list[list[Word]] = []
    for word in words:
        before = sentences[-1][-1] if sentences else None
        if (
            before is None
            or word.speaker != before.speaker
            or word.start_s - before.end_s >= PAUSE_S
            or (before.text.endswith(_SENTENCE_ENDS) and before.end_s - sentences[-1][0].start_s >= MIN_CUE_S)
        ):
            sentences.append([word])
        else:
            sentences[-1].append(word)
    return sentences


def _fill(words: Sequence[Word], joiner: str) -> list[list[Word]]:
    """Fills cues one after the other: no division needs fewer."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and _fits([*groups[-1], word], joiner):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _divide(words: Sequence[Word], parts: int, joiner: str) -> list[list[Word]]:
    """Divides words into parts of about equal width, rather after a comma than elsewhere."""
    ends = [columns(_text(words[: index + 1], joiner)) for index in range(len(words))]
    groups: list[list[Word]] = []
    start = 0
    for part in range(1, parts):
        wanted = ends[-1] * part / parts
        last = len(words) - (parts - part) - 1  # every later part needs a word
        costs = {
            index: abs(ends[index] - wanted) - (_COMMA_COLUMNS if words[index].text.endswith(_CLAUSE_ENDS) else 0)
            for index in range(start, last + 1)
        }
        best = min(costs, key=lambda index: costs[index])
        groups.append(list(words[start : best + 1]))
        start = best + 1
    groups.append(list(words[start:]))
    return groups


def _fits(words: Sequence[Word], joiner: str) -> bool:
    text = _text(words, joiner)
    return (
        words[-1].end_s - words[0].start_s <= MAX_CUE_S and columns(text) <= CUE_COLUMNS and len(break_lines(text)) <= 2
    )


def _text(words: Sequence[Word], joiner: str) -> str:
    return joiner.join(word.text for word in words)


def _cue_of(words: Sequence[Word], joiner: str) -> Cue:
    lines = break_lines(_text(words, joiner))
    return Cue(words[0].start_s, words[-1].end_s, lines, words[0].speaker)


def _with_durations(cues: list[Cue]) -> list[Cue]:
    """Gives short cues time to be read, as far as the next cue allows, and removes overlaps."""
    result: list[Cue] = []
    for index, cue in enumerate(cues):
        wanted_s = min(max(cue.end_s, cue.start_s + MIN_CUE_S), cue.start_s + MAX_CUE_S)
        if index + 1 < len(cues):
            next_s = cues[index + 1].start_s
            # Touching words: the cue may end where the next begins, but the gap is kept where there is room for it.
            limit_s = next_s - GAP_S if next_s - GAP_S >= cue.end_s else next_s
            wanted_s = min(wanted_s, max(limit_s, cue.start_s + 0.001))
        result.append(replace(cue, end_s=wanted_s))
    return result


def _with_name(cue: Cue) -> tuple[str, ...]:
    if cue.speaker is None:
        return cue.lines
    return (f"{cue.speaker}: {cue.lines[0]}", *cue.lines[1:])


def _timestamp(seconds: float, separator: str) -> str:
    milliseconds = max(0, round(seconds * 1000))
    whole_s, rest_ms = divmod(milliseconds, 1000)
    return f"{whole_s // 3600:02d}:{whole_s // 60 % 60:02d}:{whole_s % 60:02d}{separator}{rest_ms:03d}"
