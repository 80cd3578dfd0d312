"""A small valid request of every served model: what the generators then spoil, one thing at a time."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable

import numpy as np

from livetranslate.inference import InputTensor, bytes_tensor
from livetranslate.protocol import tensors

RATE_HZ = 16_000
TONE_S = 0.3

DECOUPLED = (
    tensors.LIVE_TRANSLATION,
    tensors.TRANSLATOR,
    tensors.LLM,
    tensors.TRANSLATE,
    tensors.TRANSLATE_SPEECH,
)
"""Models that answer on streams only."""


def tone() -> bytes:
    """0.3 s of a tone, s16le at 16 kHz: short, and no speech, so that what is accepted costs little."""
    return bytes((np.sin(np.arange(int(TONE_S * RATE_HZ)) * 0.17) * 8000).astype("<i2").tobytes())


def wav() -> bytes:
    """The tone in a WAV container."""
    data = tone()
    layout = struct.pack("<IHHIIHH", 16, 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + layout
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


def samples() -> InputTensor:
    """The tone as the recogniser takes it."""
    data = np.frombuffer(tone(), "<i2").astype("<f4") / 32768
    return InputTensor(tensors.AUDIO, "FP32", (1, data.size), data.tobytes())


def _options(**fields: object) -> InputTensor:
    return bytes_tensor(tensors.OPTIONS, json.dumps(fields).encode())


def _text() -> InputTensor:
    return bytes_tensor(tensors.TEXT, b"Good morning.")


def _llm() -> list[InputTensor]:
    sampling = json.dumps({"max_tokens": 2, "temperature": 0}).encode()
    return [
        bytes_tensor("text_input", b"Hello", shape=(1,)),
        InputTensor("stream", "BOOL", (1,), b"\1"),
        bytes_tensor("sampling_parameters", sampling, shape=(1,)),
    ]


_INPUTS: dict[str, Callable[[], list[InputTensor]]] = {
    tensors.AUDIO_DECODER: lambda: [bytes_tensor(tensors.AUDIO_BYTES, wav())],
    tensors.WHISPER: lambda: [samples(), _options(language="en")],
    tensors.TRANSCRIBE: lambda: [bytes_tensor(tensors.AUDIO_BYTES, wav()), _options(language="en")],
    tensors.TRANSLATION_PROMPT: lambda: [_text(), _options(source="en", target="es")],
    tensors.TRANSLATOR: lambda: [_text(), _options(source="en", target="es", timeout_s=5.0)],
    tensors.TRANSLATE: lambda: [_text(), _options(source="en", target="es")],
    tensors.TRANSLATE_SPEECH: lambda: [
        bytes_tensor(tensors.AUDIO_BYTES, wav()),
        _options(language="en"),
        bytes_tensor(tensors.TRANSLATE_OPTIONS, json.dumps({"source": "en", "target": "es"}).encode()),
    ],
    tensors.LLM: _llm,
    tensors.LIVE_TRANSLATION: lambda: [
        bytes_tensor(tensors.OPTIONS, json.dumps({"source": "en"}).encode(), shape=(1,)),
        InputTensor(tensors.AUDIO, "UINT8", (len(tone()),), tone()),
    ],
}

MODELS = tuple(_INPUTS)


def inputs_of(model: str) -> list[InputTensor]:
    """The inputs of a request that the model answers."""
    return _INPUTS[model]()
