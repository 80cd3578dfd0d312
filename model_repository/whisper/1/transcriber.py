"""Audio of any length to a transcript: one guarded window for a clip, many at pauses for a file.

Audio of up to 28 s is one window, decoded as it is: whoever sends it (a live session) has chosen its borders. Longer
audio is cut at its pauses, and each window waits for its turn, so that clips of other callers pass between them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from captions import SpokenWord, monotonic, to_segments
from devices import candidates, first_working
from engine_probe import load_clips, probe
from engine_settings import EngineSettings
from guards import check_audio
from openvino import Core
from segmentation import MAX_WINDOW_S, Window, has_speech, split_at_pauses
from text_scorer import TextScorer
from turns import Turns
from whisper_engine import CancelledByCallerError, WhisperEngine
from window_decoder import WindowDecoder, WindowResult

from livetranslate.protocol import AUTO, Segment, TranscribeOptions, Transcript
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

UNDETERMINED = "und"
"""Language of audio in which nobody spoke, when none was given (ISO 639-2)."""

_LANGUAGE_CANDIDATES = 4


class Transcriber:
    """A loaded recogniser. Thread-safe: decodings take turns."""

    def __init__(self, engine: WhisperEngine, scorer: TextScorer) -> None:
        self._engine = engine
        self._windows = WindowDecoder(engine, scorer)
        self.turns = Turns()
        """Who may use the device next; whatever decodes beside this transcriber takes its turns here too."""

    @classmethod
    def load(cls, weights: Path, settings: EngineSettings, *, log: Callable[[str], None]) -> Transcriber:
        """Loads the weights on the first device that passes the correctness probe.

        Args:
            weights: folder of the OpenVINO IR, as openvino-genai reads it.
            settings: device, threads, cache.
            log: takes sentences about the choice of the device.

        Raises:
            LiveTranslateError: ``DEVICE_UNAVAILABLE``.
        """
        clips = load_clips()
        engine = first_working(
            candidates(Core().available_devices, settings.device),
            lambda device: WhisperEngine(weights, device, settings),
            lambda engine: probe(engine, clips),
            log=log,
        )
        transcriber = cls(engine, TextScorer(weights, engine.device, settings))
        transcriber.transcribe(clips[0].samples, TranscribeOptions(language="en"))  # warms the scorer up
        return transcriber

    @property
    def device(self) -> str:
        """The device that runs the engine."""
        return self._engine.device

    @staticmethod
    def is_long(samples: Samples) -> bool:
        """Whether the audio is decoded in several windows."""
        return samples.size > MAX_WINDOW_S * SAMPLE_RATE_HZ

    def transcribe(
        self, samples: Samples, options: TranscribeOptions, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Transcript:
        """Transcribes speech.

        Args:
            samples: 16 kHz mono float32 in [-1, 1], shape [n], 0.1 s to 4 h.
            options: language, task, words, prompts, scores.
            is_cancelled: asked at each token and between windows.

        Returns:
            The transcript; without segments when nobody speaks.

        Raises:
            CancelledByCallerError: ``is_cancelled`` said so.
            LiveTranslateError: the audio was refused (see :func:`guards.check_audio`) or the language is unknown.
        """
        check_audio(samples)
        if self.is_long(samples):
            windows = split_at_pauses(samples)
            options = self._with_language(samples, windows, options)
            turn = self.turns.patient
        else:
            windows = [Window(0, samples.size)] if has_speech(samples) else []
            turn = self.turns.urgent
        results: list[tuple[Window, WindowResult]] = []
        for index, window in enumerate(windows):
            if is_cancelled():
                raise CancelledByCallerError
            if index:  # the prompt primes the first window only; hotwords prime all
                options = msgspec.structs.replace(options, initial_prompt="")
            with turn():
                result = self._windows.decode(samples[window.start : window.end], options, is_cancelled)
            results.append((window, result))
        return self._transcript(samples, options, results)

    def _with_language(self, samples: Samples, windows: list[Window], options: TranscribeOptions) -> TranscribeOptions:
        """Settles the language of a long file once, on the longest of its first windows: a cough may come first."""
        if options.language != AUTO or not windows:
            return options
        window = max(windows[:_LANGUAGE_CANDIDATES], key=lambda window: window.end - window.start)
        with self.turns.patient():
            language = self._engine.detect_language(samples[window.start : window.end])
        return msgspec.structs.replace(options, language=language)

    def _transcript(
        self, samples: Samples, options: TranscribeOptions, results: list[tuple[Window, WindowResult]]
    ) -> Transcript:
        duration_s = samples.size / SAMPLE_RATE_HZ
        kept = [(window, result) for window, result in results if result.decoding.text]
        language = options.language if options.language != AUTO else UNDETERMINED
        if kept:
            language = kept[0][1].decoding.language
        logprobs = [value for _, result in kept if result.scores for value in result.scores.token_logprobs]
        return Transcript(
            language=language,
            duration_s=round(duration_s, 3),
            segments=tuple(_segments(kept, duration_s)),
            avg_logprob=round(sum(logprobs) / len(logprobs), 4) if logprobs else None,
            device=self._engine.device,
            flags=tuple(dict.fromkeys(flag for _, result in results for flag in result.flags)),
        )


def _segments(kept: list[tuple[Window, WindowResult]], duration_s: float) -> list[Segment]:
    words = [
        SpokenWord(word.text, window.start_s + word.start_s, window.start_s + word.end_s, confidence)
        for window, result in kept
        for word, confidence in zip(result.decoding.words, result.confidences, strict=True)
    ]
    if words:
        return to_segments(monotonic(words, duration_s))
    return [Segment(round(window.start_s, 3), round(window.end_s, 3), result.decoding.text) for window, result in kept]
