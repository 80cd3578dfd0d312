"""One window of speech through openvino-genai's Whisper pipeline: tokens, words with times, language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino_genai as genai
from engine_settings import EngineSettings
from guards import find_loop

from livetranslate.protocol import AUTO, ErrorCode, LiveTranslateError, TranscribeOptions

Samples = npt.NDArray[np.float32]

_CONTEXT_TOKENS = 448
_PROMPTED_TOKENS = 220
"""With a prompt, half the decoder's context is the prompt's (as in OpenAI's implementation)."""


@dataclass(frozen=True)
class TimedWord:
    """A word as the engine spells it: leading space and punctuation kept; times in seconds of the window."""

    text: str
    start_s: float
    end_s: float
    token_ids: tuple[int, ...]


@dataclass(frozen=True)
class Decoding:
    """What one window gave.

    Attributes:
        text: the text, without surrounding space.
        words: with times; empty when none were asked for or when decoding was stopped.
        token_ids: the text tokens.
        language: ISO 639-1 code, given or detected.
        complete: the model ended by itself, neither stopped for a loop nor at the token limit.
    """

    text: str
    words: tuple[TimedWord, ...]
    token_ids: tuple[int, ...]
    language: str
    complete: bool


class CancelledByCallerError(Exception):
    """The caller went away; its result is not wanted any more."""


class WhisperEngine:
    """A loaded pipeline on one device. Not thread-safe: one window at a time."""

    def __init__(self, weights: Path, device: str, settings: EngineSettings) -> None:
        self.device = device
        self._pipeline = genai.WhisperPipeline(weights, device, word_timestamps=True, **settings.properties(device))
        self._config = self._pipeline.get_generation_config()

    @property
    def languages(self) -> frozenset[str]:
        """Codes that the weights know; an English-only model knows ``en``."""
        if not self._config.is_multilingual:
            return frozenset({"en"})
        return frozenset(token.strip("<|>") for token in self._config.lang_to_id)

    def decode(
        self,
        samples: Samples,
        options: TranscribeOptions,
        *,
        max_new_tokens: int,
        repetition_penalty: float = 1.0,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Decoding:
        """Decodes one window greedily and stops as soon as the text runs in a loop.

        Args:
            samples: 16 kHz mono float32 in [-1, 1], shape [n], at most 30 s.
            options: language, task, prompts and whether words are wanted.
            max_new_tokens: limit of the text's length.
            repetition_penalty: above 1 discourages repeated tokens.
            is_cancelled: asked at each token.

        Raises:
            CancelledByCallerError: when ``is_cancelled`` said so.
            LiveTranslateError: ``OPTION_INVALID`` for a language that the weights do not know.
        """
        watch = _TokenWatch(self._config.eos_token_id, is_cancelled)
        prompted = bool(options.initial_prompt or options.hotwords)
        limit = min(max_new_tokens, _PROMPTED_TOKENS if prompted else _CONTEXT_TOKENS - 4)
        result = self._pipeline.generate(
            samples,
            streamer=watch,
            max_new_tokens=limit,
            repetition_penalty=repetition_penalty,
            word_timestamps=options.word_timestamps,
            return_timestamps=False,
            **self._request(options),
        )
        if watch.cancelled:
            raise CancelledByCallerError
        words = tuple(
            TimedWord(word.word, word.start_ts, word.end_ts, tuple(word.token_ids)) for word in result.words or ()
        )
        return Decoding(
            text=result.texts[0].strip(),
            words=words,
            token_ids=tuple(watch.text_tokens),
            language=result.language,
            complete=watch.ended,
        )

    def detect_language(self, samples: Samples) -> str:
        """The language spoken in a window: one encoder pass and one token."""
        result = self._pipeline.generate(
            samples, max_new_tokens=1, word_timestamps=False, return_timestamps=False, task="transcribe"
        )
        return str(result.language)

    def prompt_ids(self, language: str, task: str) -> list[int]:
        """The tokens that open a transcript: start, language, task, no timestamps."""
        config = self._config
        ids = [config.decoder_start_token_id]
        if config.is_multilingual:
            task_id = config.translate_token_id if task == "translate" else config.transcribe_token_id
            ids += [config.lang_to_id[f"<|{language}|>"], task_id]
        return [*ids, config.no_timestamps_token_id]

    @property
    def end_id(self) -> int:
        """The token that ends a text."""
        return int(self._config.eos_token_id)

    @property
    def no_speech_id(self) -> int:
        """The token by which Whisper says that a window holds no speech: it stands before ``<|notimestamps|>``."""
        return int(self._config.no_timestamps_token_id) - 1

    def _request(self, options: TranscribeOptions) -> dict[str, Any]:
        if options.language != AUTO and options.language not in self.languages:
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID,
                f"Option language is {options.language!r}, which these weights do not know "
                f"({len(self.languages)} languages); use another or 'auto'.",
            )
        request: dict[str, Any] = {}
        if self._config.is_multilingual:
            request["task"] = options.task
            if options.language != AUTO:
                request["language"] = f"<|{options.language}|>"
        if options.initial_prompt:
            request["initial_prompt"] = options.initial_prompt
        if options.hotwords:
            request["hotwords"] = options.hotwords
        return request


class _TokenWatch(genai.StreamerBase):  # type: ignore[misc]
    """Sees each token as it is made; ends a decoding that loops or that nobody waits for."""

    def __init__(self, end_id: int, is_cancelled: Callable[[], bool]) -> None:
        super().__init__()
        self._end_id = end_id
        self._is_cancelled = is_cancelled
        self.text_tokens: list[int] = []
        self.ended = False
        self.cancelled = False

    def write(self, token: int | list[int]) -> genai.StreamingStatus:
        for token_id in token if isinstance(token, list) else [token]:
            if token_id < self._end_id:
                self.text_tokens.append(token_id)
            else:
                self.ended = self.ended or token_id == self._end_id
        if self._is_cancelled():
            self.cancelled = True
            return genai.StreamingStatus.CANCEL
        return genai.StreamingStatus.STOP if find_loop(self.text_tokens) else genai.StreamingStatus.RUNNING

    def end(self) -> None:
        """Nothing is held back."""
