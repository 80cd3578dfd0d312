"""One window of live speech: what a session asks of ``whisper`` at each step, and what it hears back.

A window is decoded from scratch each time, but not its text: what the session has committed is forced, so that only
what is new is decoded and nothing committed can come out otherwise.
"""

from __future__ import annotations

import msgspec

from livetranslate.protocol import limits
from livetranslate.protocol.checks import check_range
from livetranslate.protocol.languages import AUTO, check_language


class WindowOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is known about a window before it is decoded.

    Attributes:
        language: spoken language, or ``auto``.
        prefix: committed text at the window's beginning; decoding goes on behind it.
        context: text said or known before the window (earlier sentences, a prompt with names): it primes the decoder.
        listen_to_s: where to stop: a word heard after this many seconds of the window ends the decoding. 0 for the end.
        expected_language: with ``auto``, the language that is kept unless another is ``switch_ratio`` times likelier.
        switch_ratio: see expected_language.
    """

    language: str = AUTO
    prefix: str = ""
    context: str = ""
    listen_to_s: float = 0.0
    expected_language: str = ""
    switch_ratio: float = 1.0

    def __post_init__(self) -> None:
        check_language(self.language, allow_auto=True)
        check_range("length of prefix", len(self.prefix), 0, limits.MAX_PROMPT_CHARS)
        check_range("length of context", len(self.context), 0, 2 * limits.MAX_PROMPT_CHARS)
        check_range("listen_to_s", self.listen_to_s, 0.0, 30.0)


class WindowWord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A word behind the prefix.

    Attributes:
        text: the word with its punctuation, without surrounding space.
        start_s: start, seconds of the window.
        end_s: end, seconds of the window.
        attended_s: latest position that the decoder attended to for the word: the word is complete when the audio goes
            on well behind it (AlignAtt, Papi et al. 2023).
        confidence: probability of its least certain token, in [0, 1].
    """

    text: str
    start_s: float
    end_s: float
    attended_s: float
    confidence: float


class WindowText(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was heard in a window.

    Attributes:
        language: ISO 639-1 code, given or detected.
        words: the words behind the prefix, in order.
        language_probs: the likeliest languages with their probabilities, when ``auto`` was asked for.
        avg_logprob: mean log-probability of the new tokens, None when there are none.
        no_speech_prob: probability that the window holds no speech.
        ended: whether the model ended the text by itself.
        flags: what the guards did (see :class:`livetranslate.protocol.transcript.Transcript`).
        device: the device that ran the encoder.
    """

    language: str
    words: tuple[WindowWord, ...] = ()
    language_probs: dict[str, float] = {}
    avg_logprob: float | None = None
    no_speech_prob: float = 0.0
    ended: bool = True
    flags: tuple[str, ...] = ()
    device: str = ""
