"""``livetranslate stream``: captions and translations of live audio, in the terminal or as JSON lines.

Other commands use :func:`run_stream`::

    summary = run_stream(url="localhost:8001", source="talk.wav", language="en", targets=["es"], pace="realtime")
    print(summary.line())
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from livetranslate.audio import open_audio, open_microphone
from livetranslate.cli.arguments import DEFAULT_SERVER, UrlOption, split_languages
from livetranslate.cli.stream_run import run_stream as run_stream
from livetranslate.cli.stream_run import stream_captions as stream_captions
from livetranslate.cli.terms import DomainOption, FormalityOption, KeepOption, TermOption, glossaries
from livetranslate.pacing import Pace
from livetranslate.protocol import AUTO, AudioFormat, Encoding, Formality, SessionOptions, TranslationPolicy


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("stream", help="Show live captions and translations of a file, standard input or the microphone.")(
        stream
    )


_DEFAULTS = SessionOptions()


def stream(
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="Audio file of any common kind, or '-'.")] = "",
    *,
    microphone: Annotated[bool, typer.Option("--mic", help="Listen to the microphone; Ctrl-C ends it.")] = False,
    device: Annotated[str, typer.Option("--device", help="Input device of --mic, by name.")] = "",
    source: Annotated[str, typer.Option("--from", help="Spoken language, or 'auto'.")] = AUTO,
    targets: Annotated[str, typer.Option("--to", help="Languages to translate into: es or es,fr.")] = "",
    pace: Annotated[Pace, typer.Option("--pace", help="As spoken, or as fast as it goes.")] = Pace.REALTIME,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print the events, one JSON object a line.")] = False,
    partials: Annotated[bool, typer.Option("--partials/--no-partials", help="Show text while it grows.")] = True,
    step_s: Annotated[float, typer.Option("--step", help="Seconds between two partials.")] = _DEFAULTS.step_s,
    pause_s: Annotated[float, typer.Option("--pause", help="Silence that ends a sentence, seconds.")] = (
        _DEFAULTS.pause_s
    ),
    max_utterance_s: Annotated[float, typer.Option("--max-utterance", help="Longest sentence, seconds.")] = (
        _DEFAULTS.max_utterance_s
    ),
    vad_mode: Annotated[int, typer.Option("--vad", help="Speech detection: 0 permissive to 3 strict.")] = (
        _DEFAULTS.vad_mode
    ),
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Translate unfinished sentences, too, while people speak.")
    ] = False,
    term: TermOption = None,
    keep: KeepOption = None,
    formality: FormalityOption = Formality.DEFAULT,
    domain: DomainOption = "",
    prompt: Annotated[str, typer.Option("--prompt", help="Text that primes the recogniser: names, style.")] = "",
    raw: Annotated[Encoding | None, typer.Option("--raw", help="The input is raw PCM of this encoding.")] = None,
    rate_hz: Annotated[int, typer.Option("--rate", help="Rate of raw PCM, Hz.")] = AudioFormat().rate_hz,
    channels: Annotated[int, typer.Option("--channels", help="Channels of raw PCM.")] = 1,
    url: UrlOption = DEFAULT_SERVER,
) -> None:
    """Streams audio and shows what comes back."""
    if microphone == bool(file):
        raise typer.BadParameter("give a FILE, '-' for standard input, or --mic (one of them)")
    languages = split_languages(targets)
    options: dict[str, Any] = {
        "partials": partials,
        "step_s": step_s,
        "pause_s": pause_s,
        "max_utterance_s": max_utterance_s,
        "vad_mode": vad_mode,
        "initial_prompt": prompt,
        "translation": TranslationPolicy.SIMULTANEOUS if simultaneous else _DEFAULTS.translation,
        "glossary": glossaries(term or (), languages),
        "keep": tuple(keep or ()),
        "formality": formality,
        "domain": domain,
    }
    layout = None if raw is None else AudioFormat(encoding=raw, rate_hz=rate_hz, channels=channels)
    audio = open_microphone(device or None) if microphone else open_audio(file, raw=layout)
    summary = run_stream(
        url=url,
        source=audio,
        language=source,
        targets=languages,
        pace=pace,
        jsonl=jsonl,
        **options,
    )
    if not jsonl:
        typer.echo(summary.line())
