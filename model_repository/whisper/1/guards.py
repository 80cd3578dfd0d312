"""What keeps the recogniser from inventing: checks of the audio before it and of the text after it.

Whisper writes something for any input: " you" for silence, "5,5,5,…" for weak noise. Each rule here answers a case
that was measured; ``docs/models.md`` tells them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import MAX_FILE_AUDIO_S, MIN_AUDIO_S, SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples, check_amplitude

TOKENS_PER_S = 15
SPARE_TOKENS = 10
"""Nobody speaks more than about 15 tokens a second in any language; more is a runaway."""

MAX_COMPRESSION_RATIO = 2.4
"""Text that zlib shrinks more than this repeats itself (the threshold of OpenAI's implementation)."""

_SHORTEST_WORD_S = 0.06
_MAX_SQUEEZED_SHARE = 0.3

_LOOP_REPEATS = 4
_LOOP_TOKENS = 16
_LONGEST_PERIOD = 32
_SHORTEST_JUDGED_CHARS = 40


@dataclass(frozen=True)
class Loop:
    """A token sequence that repeats to the end: ``tokens[start:start + period]`` is its first round."""

    start: int
    period: int


def check_audio(samples: Samples) -> None:
    """Refuses audio that no recogniser should see.

    Args:
        samples: 16 kHz mono float32, shape [n].

    Raises:
        LiveTranslateError: ``AUDIO_EMPTY``, ``AUDIO_TOO_SHORT``, ``AUDIO_TOO_LONG``, ``AUDIO_NOT_FINITE`` or
            ``AUDIO_OUT_OF_RANGE`` (16-bit integers cast to float without scaling).
    """
    duration_s = samples.size / SAMPLE_RATE_HZ
    if not samples.size:
        raise LiveTranslateError(ErrorCode.AUDIO_EMPTY, "AUDIO holds no samples; send 16 kHz mono speech.")
    if duration_s < MIN_AUDIO_S:
        raise LiveTranslateError(
            ErrorCode.AUDIO_TOO_SHORT,
            f"AUDIO lasts {duration_s * 1000:.0f} ms; at least {MIN_AUDIO_S * 1000:.0f} ms are needed.",
        )
    if duration_s > MAX_FILE_AUDIO_S:
        raise LiveTranslateError(
            ErrorCode.AUDIO_TOO_LONG,
            f"AUDIO lasts {duration_s / 3600:.1f} hours; at most {MAX_FILE_AUDIO_S / 3600:g} are taken. Split it.",
        )
    check_amplitude(samples)


def token_limit(duration_s: float) -> int:
    """The longest text that so much speech can hold, in tokens."""
    return int(TOKENS_PER_S * duration_s) + SPARE_TOKENS


def find_loop(tokens: Sequence[int]) -> Loop | None:
    """The loop in which a token sequence ends: four rounds or more of one period, 16 tokens or more in all."""
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // _LOOP_REPEATS) + 1):
        needed = max(_LOOP_REPEATS * period, _LOOP_TOKENS)
        if len(tokens) >= needed and tokens[-needed:-period] == tokens[-needed + period :]:
            start = len(tokens) - needed
            while start > 0 and tokens[start - 1] == tokens[start - 1 + period]:
                start -= 1
            return Loop(start, period)
    return None


def is_repetitive(text: str) -> bool:
    """Whether a text repeats itself more than speech does."""
    data = text.encode()
    return len(data) >= _SHORTEST_JUDGED_CHARS and len(data) / len(zlib.compress(data)) > MAX_COMPRESSION_RATIO


def is_squeezed(word_durations_s: Sequence[float]) -> bool:
    """Whether many words got no time of their own: the alignment found nobody saying them.

    This tells a speaker who repeats a sentence from a recogniser that does.
    """
    squeezed = sum(duration_s < _SHORTEST_WORD_S for duration_s in word_durations_s)
    return squeezed > _MAX_SQUEEZED_SHARE * len(word_durations_s)
