"""Our recogniser: ``python -m loadtests.window_cost.our_side live|offline FOLDER LANGUAGE THREADS``.

The modules of the newest version of ``whisper``, without Triton. ``live`` is the engine of captions (every word with
times and confidence), ``offline`` that of whole recordings (without words).
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from livetranslate.protocol import TranscribeOptions
from livetranslate_tools.paths import data_dir
from livetranslate_tools.version_folders import newest_version_folders
from loadtests.window_cost.side import Samples, Transcribe, serve


def live(weights: Path, language: str, threads: int) -> Transcribe:
    """The decoder of live windows; each window from scratch, as the first of an utterance."""
    from livetranslate.protocol import WindowOptions

    openvino, module = importlib.import_module("openvino"), importlib.import_module("live_decoder")
    settings = importlib.import_module("engine_settings").EngineSettings(inference_threads=threads)
    decoder = module.LiveDecoder(openvino.Core(), weights, "CPU", settings)

    def transcribe(samples: Samples) -> str:
        (heard,) = decoder.decode([module.LiveWindow(samples, WindowOptions(language=language))])
        return " ".join(word.text for word in heard.words)

    return transcribe


def offline(weights: Path, language: str, threads: int) -> Transcribe:
    """The transcriber of whole recordings."""
    settings = importlib.import_module("engine_settings").EngineSettings(inference_threads=threads)
    transcriber = importlib.import_module("transcriber").Transcriber.load(weights, settings, log=lambda _: None)
    options = TranscribeOptions(language=language, word_timestamps=False, scores=False)
    return lambda samples: str(transcriber.transcribe(samples, options).text)


ENGINES = {"live": live, "offline": offline}


def main(engine: str, weights: str, language: str, threads: str) -> None:
    """Loads the engine and serves."""
    sys.path.extend(str(folder) for folder in newest_version_folders(data_dir("model_repository")).values())
    serve(ENGINES[engine](Path(weights), language, int(threads)))


if __name__ == "__main__":
    main(*sys.argv[1:])
