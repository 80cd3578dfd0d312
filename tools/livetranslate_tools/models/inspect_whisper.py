"""Checks a ready Whisper folder: it must open with openvino-genai and write down a known clip with word times."""

from __future__ import annotations

import importlib.resources
import importlib.util
import json
import re
import subprocess
import sys
import wave
from pathlib import Path

from livetranslate_tools.models.errors import ConversionError

_FILES = tuple(
    f"openvino_{name}.{suffix}"
    for name in ("encoder_model", "decoder_model", "tokenizer", "detokenizer")
    for suffix in ("xml", "bin")
)
_CLIP = "jfk.wav"
_WORDS = "ask not what your country can do for you ask what you can do for your country"


def inspect(folder: Path) -> list[str]:
    """What was found to be right, one sentence each.

    Raises:
        ConversionError: a file is missing, word times are impossible, or the clip is not understood.
    """
    absent = [name for name in (*_FILES, "config.json", "generation_config.json") if not (folder / name).is_file()]
    if absent:
        raise ConversionError(f"The model lacks {', '.join(absent)}.")
    generation = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    if not generation.get("alignment_heads"):
        raise ConversionError("generation_config.json has no alignment_heads, which word times need.")
    if importlib.util.find_spec("openvino_genai") is None:
        return ["not tried on speech: openvino-genai is not installed here"]
    # A process of its own: the engine's memory is given back, and a crash in it is an answer, not our end.
    run = subprocess.run(
        [sys.executable, "-m", __name__, str(folder)], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if run.returncode != 0:
        reason = (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1]
        raise ConversionError(f"The model cannot transcribe {_CLIP}: {reason}")
    heard = json.loads(run.stdout.strip().splitlines()[-1])
    text = " ".join(re.findall(r"[a-z']+", heard["text"].lower()))
    if _WORDS not in text:
        raise ConversionError(f"The model heard {heard['text']!r} in {_CLIP}; the speaker says: {_WORDS!r}.")
    return [f"transcribes {_CLIP} rightly on {heard['device']}, {heard['words']} words with times"]


def main(folder: str) -> None:
    """Transcribes the clip with the model in ``folder`` and prints what it heard as JSON."""
    import numpy as np
    import openvino_genai

    clip = importlib.resources.files("livetranslate") / "samples" / _CLIP
    with clip.open("rb") as stream, wave.open(stream) as audio:
        samples = np.frombuffer(audio.readframes(audio.getnframes()), "<i2").astype(np.float32) / 32768
    device = "CPU"
    pipeline = openvino_genai.WhisperPipeline(folder, device, word_timestamps=True)
    result = pipeline.generate(samples.tolist(), language="<|en|>", task="transcribe", word_timestamps=True)
    print(json.dumps({"text": result.texts[0], "words": len(result.words), "device": device}))


if __name__ == "__main__":
    main(sys.argv[1])
