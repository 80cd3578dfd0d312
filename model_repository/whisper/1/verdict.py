"""What to do with a text that the model wrote: keep it, cut it, or drop it. The one place where the guards meet.

Used by everything that decodes: whole windows (:mod:`window_decoder`) and live ones. It looks at the text, at its
tokens and at the model's own doubts; it decodes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guards import Loop, find_loop, is_repetitive, is_squeezed, token_limit
from phantoms import has_words, is_phantom


@dataclass(frozen=True)
class Verdict:
    """What the guards say.

    Attributes:
        keep: False when nobody said this: show nothing of it.
        flags: for the transcript: ``phantom_dropped``, ``repetitive``, ``token_limit``.
        loop: the loop in which the tokens end; what follows its first round was never said. Decode again with a
            repetition penalty, or cut there.
    """

    keep: bool
    flags: tuple[str, ...] = ()
    loop: Loop | None = None

    @property
    def is_runaway(self) -> bool:
        """Whether the decoding lost its way: worth another one, before anything of it is shown."""
        return self.loop is not None or "repetitive" in self.flags


def judge(
    text: str,
    tokens: Sequence[int],
    token_logprobs: Sequence[float],
    no_speech_prob: float | None,
    duration_s: float,
    language: str,
    *,
    word_durations_s: Sequence[float] | None = None,
) -> Verdict:
    """Judges one decoded text.

    Args:
        text: the text.
        tokens: its token ids, without special tokens.
        token_logprobs: natural logarithm of each token's probability, with or without the end token's; empty when
            they are not known: then only the text itself is judged.
        no_speech_prob: probability of no speech right after the start token; None when not known.
        duration_s: length of the audio that was decoded, seconds.
        language: ISO 639-1 code, given or detected.
        word_durations_s: how long each word lasts, when that is known: it tells a speaker who repeats a sentence from
            a model that does.
    """
    if not has_words(text):
        return Verdict(keep=False, flags=("phantom_dropped",) if text.strip() else ())
    loop = find_loop(tokens)
    if token_logprobs:
        # A loop is sure of itself once it turns: what counts is how it began.
        told = token_logprobs if loop is None else token_logprobs[: loop.start + loop.period]
        avg_logprob = sum(told) / len(told)
        first = token_logprobs[0]
        if is_phantom(text, language, avg_logprob, no_speech_prob, first_logprob=first, duration_s=duration_s):
            return Verdict(keep=False, flags=("phantom_dropped",))
    flags = []
    if is_repetitive(text) and (not word_durations_s or is_squeezed(word_durations_s)):
        flags.append("repetitive")
    if len(tokens) >= token_limit(duration_s):
        flags.append("token_limit")
    return Verdict(keep=True, flags=tuple(flags), loop=loop)
