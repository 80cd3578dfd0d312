"""Word error rate of the running server over a folder of recordings with transcripts.

    python -m loadtests.transcription_quality --url localhost:8001 --folder tests/data/librivox --language en

The folder holds ``transcription`` (CMU Sphinx form), ``transcription.tsv`` or a text ``NAME.txt`` a recording, and one
audio file a name, of any format that ``audio_decoder`` reads. WER is jiwer's, over spoken words (see
loadtests.spoken_words); "pooled" counts all errors over all words. Real-time factor: processing time over audio time,
of this run, one file at a time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import jiwer
import msgspec
import numpy as np
import tritonclient.grpc as triton
from rich.console import Console
from rich.table import Table

from livetranslate.protocol import TranscribeOptions, Transcript, encode_options, tensors
from loadtests.spoken_words import read_references, spoken_words

_AUDIO_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".webm", ".m4a")


@dataclass(frozen=True)
class Recording:
    """One recording's result.

    Attributes:
        name: of the recording.
        reference: what is said, as spoken words.
        heard: what the server wrote, as spoken words.
        wer: word error rate, 0 is perfect.
        avg_logprob: the recogniser's own mean log-probability per token.
        audio_s: length.
        took_s: from sending to the answer.
    """

    name: str
    reference: str
    heard: str
    wer: float
    avg_logprob: float | None
    audio_s: float
    took_s: float


def measure(client: triton.InferenceServerClient, name: str, path: Path, reference: str, language: str) -> Recording:
    """Transcribes one file through the ``transcribe`` ensemble and compares."""
    options = encode_options(TranscribeOptions(language=language))
    inputs = [_text_input(tensors.AUDIO_BYTES, path.read_bytes()), _text_input(tensors.OPTIONS, options)]
    started = time.perf_counter()
    result = client.infer(tensors.TRANSCRIBE, inputs)
    took_s = time.perf_counter() - started
    transcript = msgspec.json.decode(result.as_numpy(tensors.TRANSCRIPT)[0, 0], type=Transcript)
    said, heard = spoken_words(reference), spoken_words(transcript.text)
    return Recording(name, said, heard, jiwer.wer(said, heard), transcript.avg_logprob, transcript.duration_s, took_s)


def pooled_wer(recordings: list[Recording]) -> float:
    """All errors over all reference words."""
    return float(jiwer.wer([r.reference for r in recordings], [r.heard for r in recordings]))


def find_recordings(folder: Path) -> list[tuple[str, Path, str]]:
    """Name, audio file and reference of each recording of a folder.

    Raises:
        FileNotFoundError: no transcript, or a transcript without its audio.
    """
    transcripts = next((folder / n for n in ("transcription", "transcription.tsv") if (folder / n).is_file()), None)
    if transcripts is not None:
        references = read_references(transcripts)
    else:
        references = {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob("*.txt"))}
    if not references:
        raise FileNotFoundError(f"{folder} holds no 'transcription', no 'transcription.tsv' and no texts NAME.txt.")
    found = []
    for name, text in references.items():
        path = next((folder / (name + s) for s in _AUDIO_SUFFIXES if (folder / (name + s)).is_file()), None)
        if path is None:
            raise FileNotFoundError(f"{folder} holds no audio for {name!r} ({', '.join(_AUDIO_SUFFIXES)}).")
        found.append((name, path, text))
    return found


def _text_input(name: str, value: bytes) -> triton.InferInput:
    tensor = triton.InferInput(name, [1, 1], "BYTES")
    tensor.set_data_from_numpy(np.array([[value]], np.object_))
    return tensor


def _report(recordings: list[Recording]) -> Table:
    table = Table(title=f"Pooled WER {pooled_wer(recordings):.3f}")
    for column in ("recording", "WER", "log-prob.", "audio", "took", "heard"):
        table.add_column(column)
    for r in recordings:
        logprob = "-" if r.avg_logprob is None else f"{r.avg_logprob:.2f}"
        table.add_row(r.name, f"{r.wer:.3f}", logprob, f"{r.audio_s:.1f} s", f"{r.took_s:.2f} s", r.heard)
    audio_s, took_s = sum(r.audio_s for r in recordings), sum(r.took_s for r in recordings)
    table.caption = f"{audio_s:.1f} s of audio in {took_s:.1f} s: real-time factor {took_s / audio_s:.3f}"
    return table


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Word error rate of the running server.")
    parser.add_argument("--url", default="localhost:8001", help="gRPC address")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--language", default="auto")
    parser.add_argument("--json", type=Path, help="also write the results here")
    parser.add_argument("--max-wer", type=float, help="exit with 1 when the pooled WER is above")
    arguments = parser.parse_args()
    client = triton.InferenceServerClient(arguments.url)
    try:
        sources = find_recordings(arguments.folder)
    except (FileNotFoundError, ValueError) as error:
        parser.error(str(error))
    recordings = [measure(client, name, path, text, arguments.language) for name, path, text in sources]
    Console().print(_report(recordings))
    wer = pooled_wer(recordings)
    if arguments.json:
        content = {"pooled_wer": wer, "recordings": [asdict(r) for r in recordings]}
        arguments.json.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
    return int(arguments.max_wer is not None and wer > arguments.max_wer)


if __name__ == "__main__":
    sys.exit(main())
