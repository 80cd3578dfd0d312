"""Transcription of whole recordings: one request to the ``transcribe`` ensemble."""

from __future__ import annotations

import msgspec

from livetranslate.audio_input import Recording, format_parameters, read_recording
from livetranslate.connection import Connection
from livetranslate.inference import bytes_tensor, infer_request, output_items
from livetranslate.protocol import (
    AudioFormat,
    ErrorCode,
    LiveTranslateError,
    TranscribeOptions,
    Transcript,
    encode_options,
    tensors,
)

_transcripts = msgspec.json.Decoder(Transcript)


async def transcribe(
    connection: Connection,
    recording: Recording,
    options: TranscribeOptions,
    *,
    audio_format: AudioFormat | None = None,
    timeout_s: float | None = None,
) -> Transcript:
    """Words with times of a recording.

    Args:
        connection: where to ask.
        recording: path or bytes of any container, or raw PCM bytes.
        options: language, task, prompts.
        audio_format: layout of raw PCM; None for a container.
        timeout_s: longest wait.

    Raises:
        LiveTranslateError: a refusal of the server, or of the connection.
    """
    data = read_recording(recording)
    async with connection:
        await connection.check_ready(tensors.TRANSCRIBE)
        request = infer_request(
            tensors.TRANSCRIBE,
            [bytes_tensor(tensors.AUDIO_BYTES, data), bytes_tensor(tensors.OPTIONS, encode_options(options))],
            parameters=format_parameters(audio_format),
        )
        response = await connection.infer(request, timeout_s=timeout_s)
    items = output_items(response, tensors.TRANSCRIPT)
    if not items:
        raise LiveTranslateError(
            ErrorCode.INTERNAL, f"The server at {connection.address} answered without a {tensors.TRANSCRIPT} tensor."
        )
    return _transcripts.decode(items[0])
