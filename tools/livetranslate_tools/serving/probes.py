"""One real inference a model: the only proof that a model works (Triton calls a model with a dead stub ready)."""

from __future__ import annotations

import io
import json
import uuid
import wave
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import msgspec
import numpy as np
import numpy.typing as npt
from tritonclient import grpc as triton_grpc

from livetranslate.protocol import (
    Done,
    Error,
    SessionOptions,
    TranscribeOptions,
    Transcript,
    TranslateOptions,
    TranslationResult,
    decode_event,
    encode_options,
    tensors,
)
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate_tools.serving.control import Tensors, TritonApi, TritonCallError, text
from livetranslate_tools.serving.errors import ServingError

SPEECH_S = 2.3
"""The first words of the sample that ships with the client: "And so, my fellow Americans"."""


@dataclass(frozen=True)
class Probe:
    """What a probe is given."""

    api: TritonApi
    model: str
    version: str
    timeout_s: float


Check = Callable[[Probe], "str | None"]
"""Runs the inference; returns the device it ran on where the model says so; raises ServingError."""


def probe_audio_decoder(probe: Probe) -> str | None:
    """Decodes a tenth of a second of a tone in a WAV container."""
    tone = (np.sin(np.arange(SAMPLE_RATE_HZ // 10) * 0.17) * 8000).astype("<i2")
    container = io.BytesIO()
    with wave.open(container, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(tone.tobytes())
    inputs = {tensors.AUDIO_BYTES: text(container.getvalue()).reshape(1, 1)}
    audio = _infer(probe, inputs).as_numpy(tensors.AUDIO)
    if audio is None or audio.size != tone.size:
        raise ServingError(
            f"{probe.model} returned {0 if audio is None else audio.size} samples, expected {tone.size}."
        )
    return None


def probe_whisper(probe: Probe) -> str | None:
    """Transcribes known speech; an engine that hears no word in it is broken."""
    options = encode_options(TranscribeOptions(language="en", word_timestamps=False))
    inputs = {tensors.AUDIO: _speech().reshape(1, -1), tensors.OPTIONS: text(options).reshape(1, 1)}
    answer = _bytes(_infer(probe, inputs).as_numpy(tensors.TRANSCRIPT))
    transcript = msgspec.json.decode(answer, type=Transcript)
    if not transcript.text:
        raise ServingError(f"{probe.model} heard nothing in {SPEECH_S} s of known speech.")
    return transcript.device


def probe_translation_prompt(probe: Probe) -> str | None:
    """Builds a prompt for a short sentence."""
    options = encode_options(TranslateOptions(source="en", target="es"))
    inputs = {tensors.TEXT: text("Good morning.").reshape(1, 1), tensors.OPTIONS: text(options).reshape(1, 1)}
    if b"Good morning." not in _bytes(_infer(probe, inputs).as_numpy(tensors.PROMPT)):
        raise ServingError(f"{probe.model} built a prompt without the text.")
    return None


def probe_translator(probe: Probe) -> str | None:
    """Translates a greeting. That the words may come back untranslated is its duty when the llm is down, no fault."""
    options = encode_options(TranslateOptions(source="en", target="es", timeout_s=max(1.0, probe.timeout_s / 2)))
    inputs = {tensors.TEXT: text("Good morning.").reshape(1, 1), tensors.OPTIONS: text(options).reshape(1, 1)}
    answers = probe.api.stream(probe.model, probe.version, [inputs], timeout_s=probe.timeout_s)
    results = [result for answer in answers if (result := answer.as_numpy(tensors.RESULT)) is not None]
    if not results or not msgspec.json.decode(_bytes(results[-1]), type=TranslationResult).text:
        raise ServingError(f"{probe.model} ended without a result.")
    return None


def probe_llm(probe: Probe) -> str | None:
    """Generates one token."""
    sampling = json.dumps({"max_tokens": 1, "temperature": 0})
    inputs = {"text_input": text("Hello"), "stream": np.array([True]), "sampling_parameters": text(sampling)}
    if not probe.api.stream(probe.model, probe.version, [inputs], timeout_s=probe.timeout_s):
        raise ServingError(f"{probe.model} generated nothing.")
    return None


def probe_live_translation(probe: Probe) -> str | None:
    """Opens a session without audio and ends it; its last event must be ``done``."""
    start = {tensors.OPTIONS: text(encode_options(SessionOptions(source="en")))}
    session = f"probe-{uuid.uuid4()}"
    answers = probe.api.stream(probe.model, probe.version, [start, {}], timeout_s=probe.timeout_s, sequence=session)
    events = [decode_event(_bytes(answer.as_numpy(tensors.EVENT))) for answer in answers]
    if not events or not isinstance(events[-1], Done):
        failure = next(
            (event.message for event in events if isinstance(event, Error)), f"{len(events)} events, no 'done'"
        )
        raise ServingError(f"{probe.model} did not end an empty session: {failure}")
    return None


def probe_any(probe: Probe) -> str | None:
    """For a model nobody wrote a probe for: zeros. Its own refusal of them is an answer, too."""
    inputs = {
        name: _zeros(datatype, [max(1, size) for size in shape])
        for name, datatype, shape in probe.api.inputs_of(probe.model, probe.version)
    }
    try:
        probe.api.stream(probe.model, probe.version, [inputs], timeout_s=probe.timeout_s)
    except TritonCallError as error:
        if error.unreachable or "not healthy" in error.reason or "not ready" in error.reason:
            raise
    return None


CHECKS: dict[str, Check] = {
    tensors.AUDIO_DECODER: probe_audio_decoder,
    tensors.WHISPER: probe_whisper,
    tensors.TRANSLATION_PROMPT: probe_translation_prompt,
    tensors.TRANSLATOR: probe_translator,
    tensors.LLM: probe_llm,
    tensors.LIVE_TRANSLATION: probe_live_translation,
}


def run(probe: Probe) -> str | None:
    """Runs the model's own probe, or the general one; returns the device where the model names it.

    Raises:
        ServingError: the model did not answer, or answered wrongly.
    """
    try:
        return CHECKS.get(probe.model, probe_any)(probe)
    except msgspec.DecodeError as error:
        raise ServingError(f"{probe.model} answered something else than agreed: {error}.") from error


def _infer(probe: Probe, inputs: Tensors) -> triton_grpc.InferResult:
    return probe.api.infer(probe.model, probe.version, inputs, timeout_s=probe.timeout_s)


def _bytes(array: npt.NDArray[np.object_] | None) -> bytes:
    if array is None or array.size != 1:
        raise ServingError(f"Expected one BYTES element, got {0 if array is None else array.size}.")
    return bytes(array.reshape(-1)[0])


def _speech() -> npt.NDArray[np.float32]:
    with (resources.files("livetranslate") / "samples" / "jfk.wav").open("rb") as file, wave.open(file) as sample:
        pcm = np.frombuffer(sample.readframes(int(SPEECH_S * sample.getframerate())), dtype="<i2")
    return pcm.astype(np.float32) / 32768.0


def _zeros(datatype: str, shape: list[int]) -> npt.NDArray[np.generic]:
    if datatype == "BYTES":
        return np.full(shape, b"", dtype=np.object_)
    kinds = {"BOOL": np.bool_, "FP16": np.float16, "FP32": np.float32, "FP64": np.float64}
    return np.zeros(shape, kinds.get(datatype) or np.dtype(datatype.lower()))
