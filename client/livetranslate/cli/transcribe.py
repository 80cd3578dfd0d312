"""``livetranslate transcribe FILE``: a whole recording as text, JSON or subtitles."""

from __future__ import annotations

import asyncio
import sys
from enum import Enum
from typing import Annotated, Any

import msgspec
import typer

from livetranslate.cli.arguments import DEFAULT_SERVER, UrlOption
from livetranslate.client import connect
from livetranslate.protocol import AUTO, Transcript
from livetranslate.subtitles import to_srt, to_vtt, transcript_cues


class TranscriptFormat(str, Enum):
    """What is printed."""

    TEXT = "text"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("transcribe", help="Print what is said in a recording ('-' reads it from standard input).")(transcribe)


def transcribe(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Audio file of any common kind, or '-'.")],
    *,
    output: Annotated[TranscriptFormat, typer.Option("--format", help="What to print.")] = TranscriptFormat.TEXT,
    source: Annotated[str, typer.Option("--from", help="Spoken language, or 'auto'.")] = AUTO,
    prompt: Annotated[str, typer.Option("--prompt", help="Text that primes the recogniser: names, style.")] = "",
    url: UrlOption = DEFAULT_SERVER,
) -> None:
    """Transcribes a recording."""
    recording = sys.stdin.buffer.read() if file == "-" else file
    client = connect(url)
    transcript = asyncio.run(client.transcribe(recording, source, initial_prompt=prompt))
    typer.echo(render(transcript, output), nl=False)


def render(transcript: Transcript, output: TranscriptFormat) -> str:
    """The transcript in one of the formats, ending with a line break."""
    if output is TranscriptFormat.JSON:
        return msgspec.json.format(msgspec.json.encode(as_document(transcript)), indent=2).decode() + "\n"
    if output is TranscriptFormat.SRT:
        return to_srt(transcript_cues(transcript))
    if output is TranscriptFormat.VTT:
        return to_vtt(transcript_cues(transcript))
    return transcript.text + "\n"


def as_document(transcript: Transcript) -> dict[str, Any]:
    """The public JSON form: ``{language, duration_s, segments: [{start_s, end_s, speaker, text, words}]}``."""
    return {
        "language": transcript.language,
        "duration_s": transcript.duration_s,
        "segments": [
            {
                "start_s": segment.start_s,
                "end_s": segment.end_s,
                "speaker": segment.speaker,
                "text": segment.text,
                "words": segment.words,
            }
            for segment in transcript.segments
        ],
    }
