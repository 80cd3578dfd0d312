"""Hugging Face Whisper folder -> OpenVINO IR with int8 weights, by ``optimum-cli``, as openvino-genai reads it."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import openvino

from livetranslate_tools.models.convert.errors import ConvertError

_MODELS = ("openvino_encoder_model", "openvino_decoder_model", "openvino_tokenizer", "openvino_detokenizer")


def convert(source: Path, target: Path) -> list[str]:
    """Writes ``target``; returns what was checked."""
    command = [str(Path(sys.executable).with_name("optimum-cli")), "export", "openvino", "--library", "transformers"]
    command += ["--task", "automatic-speech-recognition-with-past", "--weight-format", "int8"]
    command += ["--model", str(source), str(target)]
    run = subprocess.run(
        command, env={**os.environ, "HF_HUB_OFFLINE": "1"}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if run.returncode != 0:
        last = "\n".join(run.stderr.strip().splitlines()[-15:])
        raise ConvertError(f"optimum-cli failed with exit code {run.returncode}:\n{last}")
    _forget_paths(target / "openvino_config.json")
    _check_generation(target)
    return [_opened(target / f"{name}.xml") for name in _MODELS]


def _forget_paths(path: Path) -> None:
    # optimum writes the folder it read from: a temporary one, which would make equal conversions differ.
    config = json.loads(path.read_text(encoding="utf-8"))
    for key in ("processor", "tokenizer"):
        if isinstance(config.get("quantization_config"), dict):
            config["quantization_config"][key] = None
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _check_generation(folder: Path) -> None:
    config = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    absent = [key for key in ("alignment_heads", "no_timestamps_token_id") if not config.get(key)]
    if absent:
        raise ConvertError(f"generation_config.json lacks {', '.join(absent)}, which word times need.")


def _opened(path: Path) -> str:
    core = openvino.Core()
    if "token" in path.stem:
        importlib.import_module("openvino_tokenizers")  # registers the operations that these models consist of
        core = openvino.Core()
    model = core.read_model(path)
    names = sorted(name for port in model.inputs for name in port.get_names())
    if path.stem == "openvino_decoder_model" and "beam_idx" not in names:
        raise ConvertError(f"{path.name} keeps no state (inputs {names}); openvino-genai wants a stateful decoder.")
    return f"{path.name} opens: {len(model.get_ops())} operations, inputs {', '.join(names) or 'unnamed'}"
