"""What is measured: each stateless model and ensemble, with inputs as they come in real use.

``live_translation`` is left out: perf_analyzer paces requests, not audio in real time; see ``loadtests.live``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
import numpy as np

from livetranslate.protocol import TranscribeOptions, TranslateOptions, encode_options, tensors
from livetranslate.protocol.windows import WindowOptions
from loadtests.live.clips import RATE_HZ, Clip
from loadtests.perf_analyzer.input_data import Item, bytes_item, float_item
from loadtests.translation.talk_sentences import fresh_sentences

WINDOW_S = 4.0
"""Length of a typical window of live speech."""
SENTENCES = 200
"""More than a measurement sends, so that no prompt comes twice and the prefix cache answers only what is shared."""
PCM_PARAMETERS = (("encoding", "s16le", "string"), ("rate_hz", str(RATE_HZ), "int"), ("channels", "1", "int"))


@dataclass(frozen=True)
class Target:
    """One way to ask a model.

    Attributes:
        name: for reports; several targets may ask one model.
        model: the model.
        items: the inputs of the requests, in turn.
        audio_s: mean audio of a request, seconds; 0 when it has none.
        streams: whether answers come in pieces.
        parameters: request parameters as (name, value, type).
    """

    name: str
    model: str
    items: Sequence[Item]
    audio_s: float = 0.0
    streams: bool = False
    parameters: tuple[tuple[str, str, str], ...] = ()


def targets(clip: Clip, *, source: str = "en", target: str = "es", seed: int = 1) -> dict[str, Target]:
    """All targets by name, but ``llm``, whose prompts a server must make (see :mod:`loadtests.perf_analyzer.prompts`).

    Args:
        clip: real speech; its recordings are sent one a request.
        source: language of the speech and of the sentences (English).
        target: language to translate into.
        seed: of the sentences.
    """
    parts = clip.parts or (clip,)
    mean_s = sum(part.duration_s for part in parts) / len(parts)
    windows = list(_windows(parts))
    hearing = encode_options(TranscribeOptions(language=source))
    translating = encode_options(TranslateOptions(source=source, target=target))
    sentences = list(islice(fresh_sentences(seed), SENTENCES))
    files = [part.pcm.tobytes() for part in parts]
    texts = [
        {tensors.TEXT: bytes_item(text.encode(), [1, 1]), tensors.OPTIONS: bytes_item(translating, [1, 1])}
        for text in sentences
    ]
    found = [
        Target(
            tensors.AUDIO_DECODER, tensors.AUDIO_DECODER,
            [{tensors.AUDIO_BYTES: bytes_item(data, [1])} for data in files], mean_s, parameters=PCM_PARAMETERS,
        ),
        Target(
            f"{tensors.WHISPER}, window", tensors.WHISPER,
            [
                {tensors.AUDIO: float_item(window),
                 tensors.WINDOW: bytes_item(msgspec.json.encode(WindowOptions(language=source)), [1])}
                for window in windows
            ],
            sum(map(len, windows)) / len(windows) / RATE_HZ,
        ),
        Target(
            f"{tensors.WHISPER}, file", tensors.WHISPER,
            [
                {tensors.AUDIO: float_item(_floats(part)), tensors.OPTIONS: bytes_item(hearing, [1])}
                for part in parts
            ],
            mean_s,
        ),
        Target(tensors.TRANSLATION_PROMPT, tensors.TRANSLATION_PROMPT, texts),
        Target(tensors.TRANSLATOR, tensors.TRANSLATOR, texts, streams=True),
        Target(
            tensors.TRANSCRIBE, tensors.TRANSCRIBE,
            [
                {tensors.AUDIO_BYTES: bytes_item(data, [1]), tensors.OPTIONS: bytes_item(hearing, [1])}
                for data in files
            ],
            mean_s, parameters=PCM_PARAMETERS,
        ),
        Target(tensors.TRANSLATE, tensors.TRANSLATE, texts, streams=True),
        Target(
            tensors.TRANSLATE_SPEECH, tensors.TRANSLATE_SPEECH,
            [
                {tensors.AUDIO_BYTES: bytes_item(data, [1, 1]), tensors.OPTIONS: bytes_item(hearing, [1, 1]),
                 tensors.TRANSLATE_OPTIONS: bytes_item(translating, [1, 1])}
                for data in files
            ],
            mean_s, streams=True, parameters=PCM_PARAMETERS,
        ),
    ]  # fmt: skip
    return {one.name: one for one in found}


def _floats(part: Clip) -> np.ndarray[Any, np.dtype[np.float32]]:
    return (part.pcm / 32768.0).astype(np.float32)


def _windows(parts: Sequence[Clip]) -> Sequence[np.ndarray[Any, np.dtype[np.float32]]]:
    length = int(WINDOW_S * RATE_HZ)
    samples = [_floats(part) for part in parts]
    return [one[start : start + length] for one in samples for start in range(0, max(1, len(one) - length + 1), length)]
