"""What Triton costs: ``whisper`` through gRPC against the same code in this process, on the same clips.

    python -m loadtests.whisper_overhead --url localhost:8001 --rounds 15 tests/data/librivox/*.wav

Both sides run the modules of the same version folder on the same weights with the same number of threads. They take
turns clip by clip, and who is first changes every round, so that a busy machine hurts both alike; the ratio is taken
pair by pair. Before each measurement there is a short rest, in which the other side's worker threads go to sleep.
The options skip nothing: words with times and scores, as a caller gets them by default.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

import numpy as np
import numpy.typing as npt
import tritonclient.grpc as triton
from rich.console import Console
from rich.table import Table

from livetranslate.protocol import TranscribeOptions, encode_options, tensors
from livetranslate_tools.models import ModelStore
from livetranslate_tools.paths import cache_dir, data_dir
from livetranslate_tools.version_folders import newest_version_folders

Samples = npt.NDArray[np.float32]
Transcribe = Callable[[Samples], str]

TARGET_RATIO = 1.05
_REST_S = 0.05


@dataclass(frozen=True)
class Comparison:
    """One clip's result. Times in seconds; ``ratio`` is Triton's time over the time in this process, pair by pair.

    Attributes:
        clip: file name.
        audio_s: length.
        triton_s: median.
        in_process_s: median.
        ratio: median of the pairs' ratios.
        ratio_low: first quartile of the ratios.
        ratio_high: third quartile.
        same_text: both sides wrote the same.
    """

    clip: str
    audio_s: float
    triton_s: float
    in_process_s: float
    ratio: float
    ratio_low: float
    ratio_high: float
    same_text: bool


def through_triton(url: str, options: TranscribeOptions) -> Transcribe:
    """Calls the model ``whisper`` of the server."""
    client = triton.InferenceServerClient(url)
    options_input = triton.InferInput(tensors.OPTIONS, [1, 1], "BYTES")
    options_input.set_data_from_numpy(np.array([[encode_options(options)]], np.object_))

    def transcribe(samples: Samples) -> str:
        audio = triton.InferInput(tensors.AUDIO, [1, samples.size], "FP32")
        audio.set_data_from_numpy(samples[np.newaxis])
        result = client.infer(tensors.WHISPER, [audio, options_input])
        text: bytes = result.as_numpy(tensors.TEXT)[0, 0]
        return text.decode()

    return transcribe


def in_process(weights: Path, threads: int, options: TranscribeOptions) -> Transcribe:
    """Loads the version folder's own transcriber here."""
    settings = importlib.import_module("engine_settings").EngineSettings(inference_threads=threads)
    transcriber = importlib.import_module("transcriber").Transcriber.load(weights, settings, log=lambda _: None)
    return lambda samples: str(transcriber.transcribe(samples, options).text)


def compare(clip: str, samples: Samples, sides: tuple[Transcribe, Transcribe], rounds: int) -> Comparison:
    """Runs both sides in turns, ``rounds`` times each, after one round that does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    texts: set[str] = set()
    for number in range(rounds + 1):
        for side in (0, 1) if number % 2 else (1, 0):
            time.sleep(_REST_S)
            started = time.perf_counter()
            texts.add(sides[side](samples))
            if number:
                times[side].append(time.perf_counter() - started)
    ratios = [triton_s / here_s for triton_s, here_s in zip(*times, strict=True)]
    low, _, high = quantiles(ratios, n=4)
    return Comparison(
        clip, samples.size / 16_000, median(times[0]), median(times[1]), median(ratios), low, high, len(texts) == 1
    )


def _report(comparisons: list[Comparison], overall: float) -> Table:
    table = Table(title=f"Triton / in-process: {overall:.3f} (target at most {TARGET_RATIO})")
    for column in ("clip", "audio", "Triton", "in-process", "ratio", "quartiles", "same text"):
        table.add_column(column)
    for c in comparisons:
        table.add_row(
            c.clip,
            f"{c.audio_s:.1f} s",
            f"{c.triton_s * 1000:.0f} ms",
            f"{c.in_process_s * 1000:.0f} ms",
            f"{c.ratio:.3f}",
            f"{c.ratio_low:.3f} to {c.ratio_high:.3f}",
            "yes" if c.same_text else "no",
        )
    return table


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Whisper through Triton against the same code in this process.")
    parser.add_argument("clips", type=Path, nargs="+", help="audio files")
    parser.add_argument("--url", default="localhost:8001", help="gRPC address")
    parser.add_argument("--weights", type=Path, help="default: whisper-base-int8 of the models' store")
    parser.add_argument("--threads", type=int, default=0, help="as the server's parameter inference_threads")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--language", default="en")
    parser.add_argument("--json", type=Path, help="also write the results here")
    arguments = parser.parse_args()
    if arguments.rounds < 2:
        parser.error(f"--rounds is {arguments.rounds}; a spread needs at least 2.")
    sys.path.extend(str(folder) for folder in newest_version_folders(data_dir("model_repository")).values())
    decode_file = importlib.import_module("decoding").decode_file
    weights = arguments.weights or ModelStore(cache_dir()).path("whisper-base-int8")
    options = TranscribeOptions(language=arguments.language)
    sides = (through_triton(arguments.url, options), in_process(weights, arguments.threads, options))
    comparisons = [compare(p.name, decode_file(p.read_bytes())[0], sides, arguments.rounds) for p in arguments.clips]
    overall = median(c.ratio for c in comparisons)
    Console().print(_report(comparisons, overall))
    if arguments.json:
        content = {"ratio": overall, "target": TARGET_RATIO, "clips": [asdict(c) for c in comparisons]}
        arguments.json.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return int(overall > TARGET_RATIO)


if __name__ == "__main__":
    sys.exit(main())
