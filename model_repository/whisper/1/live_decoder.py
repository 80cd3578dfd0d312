"""Windows of live speech, several at once: encoder by encoder, then one decoder run for all of them.

The counterpart of :mod:`transcriber` for captions while people speak: windows are short (the encoder costs what they
hold), committed text is forced (only what is new is decoded), and words come with times and confidence out of the
same run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino as ov
from alignment import peaks, token_spans
from batch_decoder import MAX_TOKENS, BatchDecoder, Floats, Row
from engine_settings import EngineSettings
from guards import SPARE_TOKENS, check_audio, find_loop, token_limit
from mel_features import WINDOW_S, Samples
from verdict import judge
from vocabulary import Vocabulary, is_closing
from window_encoder import POSITIONS_PER_S, WindowEncoder

from livetranslate.protocol import AUTO, ErrorCode, LiveTranslateError, WindowOptions, WindowText, WindowWord
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES

_CONTEXT_TOKENS = 96
"""Most tokens of earlier text that prime the decoder: a sentence or two. Each costs time in every run."""

_OPENING_TOKENS = 5  # start, language, task, no timestamps, and what announces the context
_MAX_PREFIX_TOKENS = MAX_TOKENS - _OPENING_TOKENS - SPARE_TOKENS
_LANGUAGES_TOLD = 5
_LISTENED_SHARE = 0.05
"""A word begins where its attention first reaches this share of its peak: a pause before it is not its own."""


@dataclass(frozen=True)
class LiveWindow:
    """16 kHz mono float32 [n] in [-1, 1], 0.1 to 30 s, and what is known about it."""

    samples: Samples
    options: WindowOptions

    @property
    def positions(self) -> int:
        """Encoder positions that hold audio."""
        return max(1, round(self.samples.size / SAMPLE_RATE_HZ * POSITIONS_PER_S))


class LiveDecoder:
    """Encoder and decoder opened for live windows. Not thread-safe."""

    def __init__(self, core: ov.Core, weights: Path, device: str, settings: EngineSettings) -> None:
        self._device = device
        self._vocabulary = Vocabulary(weights)
        self._encoder = WindowEncoder(core, weights, device, settings)
        self._decoder = BatchDecoder(core, weights, device, settings, self._vocabulary)

    def check(self, window: LiveWindow) -> None:
        """Refuses a window that cannot be decoded.

        Raises:
            LiveTranslateError: as :func:`guards.check_audio`; ``AUDIO_TOO_LONG`` over 30 s; ``OPTION_INVALID`` for a
                language that the weights do not know and a prefix that leaves no room for more text.
        """
        check_audio(window.samples)
        duration_s = window.samples.size / SAMPLE_RATE_HZ
        if duration_s > WINDOW_S:
            raise LiveTranslateError(
                ErrorCode.AUDIO_TOO_LONG,
                f"The window lasts {duration_s:.1f} s; at most {WINDOW_S} s are decoded at once. Commit and trim.",
            )
        language = window.options.language
        if language != AUTO:
            self._vocabulary.prompt(language)
        count = len(self._vocabulary.encode(window.options.prefix, language))
        if count > _MAX_PREFIX_TOKENS:
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID,
                f"Option prefix has {count} tokens; at most {_MAX_PREFIX_TOKENS} can be forced. Commit and trim.",
            )

    def decode(self, windows: Sequence[LiveWindow]) -> list[WindowText]:
        """Decodes windows that :meth:`check` let pass; one text each, in order."""
        states = [self._encoder.encode(window.samples) for window in windows]
        languages = [window.options.language for window in windows]
        unknown = [index for index, language in enumerate(languages) if language == AUTO]
        probs: list[dict[str, float]] = [{} for _ in windows]
        if unknown:
            for index, found in zip(
                unknown, self._decoder.language_probs([states[index] for index in unknown]), strict=True
            ):
                likeliest = sorted(found, key=found.__getitem__, reverse=True)[:_LANGUAGES_TOLD]
                probs[index] = {language: round(found[language], 4) for language in likeliest}
                languages[index] = _spoken(found, likeliest[0], windows[index].options)
        rows = [self._row(*each) for each in zip(windows, states, languages, strict=True)]
        self._decoder.decode(rows)
        return [self._text(*each) for each in zip(windows, rows, languages, probs, strict=True)]

    def _row(self, window: LiveWindow, states: Floats, language: str) -> Row:
        vocabulary, options = self._vocabulary, window.options
        opening = vocabulary.prompt(language)
        forced = vocabulary.encode(options.prefix, language)
        context = vocabulary.encode(options.context, language)
        context = context[max(0, len(context) - min(_CONTEXT_TOKENS, _MAX_PREFIX_TOKENS - len(forced))) :]
        before = [vocabulary.previous_id, *context] if context else []
        prompt = [*before, *opening, *forced]
        limit = token_limit(window.samples.size / SAMPLE_RATE_HZ)
        return Row(
            states,
            prompt,
            start_at=len(before),
            text_at=len(before) + len(opening),
            max_tokens=max(0, min(limit, MAX_TOKENS - len(prompt))),
            # A committed word is over: whatever follows it begins a word of its own.
            never_first=vocabulary.continuations if forced and language not in UNSPACED_LANGUAGES else None,
            is_over=_ending(window),
        )

    def _text(self, window: LiveWindow, row: Row, language: str, probs: dict[str, float]) -> WindowText:
        vocabulary = self._vocabulary
        text = vocabulary.decode(row.tokens)
        duration_s = window.samples.size / SAMPLE_RATE_HZ
        verdict = judge(text, row.tokens, row.logprobs, row.no_speech_prob, duration_s, language)
        flags = verdict.flags
        tokens = row.tokens[:-1] if row.stopped else row.tokens  # what ended the row lies behind the wanted place
        loop = find_loop(row.tokens)
        # Forced text speaks for itself: somebody said it, and what follows it is judged by its words.
        if not verdict.keep and not window.options.prefix:
            tokens = []
        elif loop is not None:
            tokens = tokens[: loop.start + loop.period]
            flags = (*flags, "loop_cut")
        if tokens:
            flags = tuple(flag for flag in flags if flag != "phantom_dropped")
        return WindowText(
            language=language,
            words=tuple(self._words(window, row, tokens, language)),
            language_probs=probs,
            avg_logprob=round(float(np.mean(row.logprobs)), 4) if row.tokens else None,
            no_speech_prob=round(row.no_speech_prob, 4),
            ended=row.ended,
            flags=flags,
            device=self._device,
        )

    def _words(self, window: LiveWindow, row: Row, tokens: Sequence[int], language: str) -> list[WindowWord]:
        if not tokens:
            return []
        heard = window.positions
        starts = [*token_spans(row.attention, heard), heard]
        attended = peaks(row.attention, heard)
        forced = len(row.prompt) - row.text_at
        words = []
        last = forced
        for group in self._vocabulary.words(tokens, language):
            first, last = last, last + len(group)
            text = self._vocabulary.decode(group).strip()
            follows_prefix = forced and first == forced
            if not text or self._vocabulary.ends_within_character(group) or (follows_prefix and is_closing(text)):
                continue  # nothing, half a character, or a mark that a committed word cannot take any more
            spoken = last - self._vocabulary.closing_marks(group)
            begin = _onset(row.attention[first], starts[first], starts[first + 1])
            doubt = min(row.logprobs[first - forced : last - forced])
            words.append(
                WindowWord(
                    text=text,
                    start_s=round(begin / POSITIONS_PER_S, 3),
                    end_s=round(max(int(starts[spoken]), begin) / POSITIONS_PER_S, 3),
                    attended_s=round(int(attended[first:last].max()) / POSITIONS_PER_S, 3),
                    confidence=round(float(np.exp(doubt)), 3),
                )
            )
        return words


def _spoken(probs: dict[str, float], likeliest: str, options: WindowOptions) -> str:
    """The likeliest language, unless the expected one is nearly as likely."""
    expected = options.expected_language
    return expected if probs[likeliest] < options.switch_ratio * probs.get(expected, 0.0) else likeliest


def _ending(window: LiveWindow) -> Callable[[Sequence[int], Floats], bool]:
    """Ends a text that loops, or that is heard behind the wanted place."""
    limit = round(window.options.listen_to_s * POSITIONS_PER_S)

    def is_over(tokens: Sequence[int], attention: Floats) -> bool:
        return bool(limit and attention.argmax() > limit) or find_loop(tokens) is not None

    return is_over


def _onset(attention: Floats, start: int, end: int) -> int:
    """Where in its span a token is first heard."""
    span = attention[start:end]
    if not span.size:
        return int(start)
    return int(start) + int(np.argmax(span >= _LISTENED_SHARE * span.max()))
