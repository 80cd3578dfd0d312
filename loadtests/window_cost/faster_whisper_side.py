"""faster-whisper, int8, greedy: ``python -m loadtests.window_cost.faster_whisper_side FOLDER LANGUAGE THREADS``.

Runs in its own environment. Beam 1, no fallback to higher temperatures, no timestamps, no voice activity detection: the
least that it can do for a window.
"""

from __future__ import annotations

import sys

from faster_whisper import WhisperModel

from loadtests.window_cost.side import Samples, serve


def main(folder: str, language: str, threads: str) -> None:
    """Loads the model and serves."""
    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=int(threads))

    def transcribe(samples: Samples) -> str:
        segments, _ = model.transcribe(
            samples,
            language=language,
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
            vad_filter=False,
        )
        return " ".join(segment.text.strip() for segment in segments)

    serve(transcribe)


if __name__ == "__main__":
    main(*sys.argv[1:])
