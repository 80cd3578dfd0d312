"""Tensor and model names that a client and a model, or two models, must agree on.

Text travels as BYTES of shape [1, 1] (``llm`` keeps NVIDIA's contract: [1]); live audio as raw bytes, UINT8.
"""

from __future__ import annotations

from typing import Final

LIVE_TRANSLATION: Final = "live_translation"
AUDIO_DECODER: Final = "audio_decoder"
WHISPER: Final = "whisper"
TRANSLATOR: Final = "translator"
TRANSLATION_PROMPT: Final = "translation_prompt"
LLM: Final = "llm"
TRANSCRIBE: Final = "transcribe"
TRANSLATE: Final = "translate"
TRANSLATE_SPEECH: Final = "translate_speech"

OPTIONS: Final = "OPTIONS"
"""JSON options, BYTES. Optional where defaults make sense."""

TRANSLATE_OPTIONS: Final = "TRANSLATE_OPTIONS"
"""JSON :class:`livetranslate.protocol.options.TranslateOptions` where ``OPTIONS`` is the recogniser's."""

AUDIO_BYTES: Final = "AUDIO_BYTES"
"""A whole encoded file (or raw PCM), BYTES [1, 1]."""

AUDIO: Final = "AUDIO"
"""16 kHz mono FP32 [batch, samples] between models; UINT8 [bytes] into ``live_translation``."""

AUDIO_INFO: Final = "AUDIO_INFO"
"""JSON about the decoded source (see :class:`livetranslate.protocol.transcript.AudioInfo`)."""

TRANSCRIPT: Final = "TRANSCRIPT"
"""JSON of :class:`livetranslate.protocol.transcript.Transcript`."""

TEXT: Final = "TEXT"

WINDOW: Final = "WINDOW"
"""JSON of :class:`livetranslate.protocol.windows.WindowOptions`: AUDIO is a window of live speech."""

WINDOW_TEXT: Final = "WINDOW_TEXT"
"""JSON of :class:`livetranslate.protocol.windows.WindowText`."""

PROMPT: Final = "PROMPT"
SAMPLING_PARAMETERS: Final = "SAMPLING_PARAMETERS"
STREAM: Final = "STREAM"
MESSAGES: Final = "MESSAGES"
"""The prompt as a chat, JSON, for a model behind another server, BYTES [1]."""
TRANSLATION: Final = "TRANSLATION"
"""Delta of translated text, BYTES [1], one a decoupled response."""

TRANSLATION_SO_FAR: Final = "TRANSLATION_SO_FAR"
"""The translation so far, from its beginning, BYTES [1]: ``translator``'s responses but the last."""

RESULT: Final = "RESULT"
"""JSON of :class:`livetranslate.protocol.translation.TranslationResult`, BYTES [1]: ``translator``'s last response."""

EVENT: Final = "EVENT"
"""One JSON event (see :mod:`livetranslate.protocol.events`), BYTES [1]."""
