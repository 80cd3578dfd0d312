"""``python -m livetranslate_tools.models.convert CONVERSION SOURCE TARGET REPORT``.

Exit code 0: ``TARGET`` holds the result and ``REPORT`` (JSON) says what was checked and with which versions.
Exit code 1: the last line on stderr is the reason.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

from livetranslate_tools.models.convert.errors import ConvertError

_TOOLS = ("torch", "transformers", "tokenizers", "safetensors", "optimum", "optimum-intel", "nncf", "openvino", "gguf")


def whisper_ct2(source: Path, target: Path) -> list[str]:
    """CTranslate2 Whisper -> OpenVINO int8."""
    from livetranslate_tools.models.convert import whisper_folder, whisper_openvino

    with tempfile.TemporaryDirectory(dir=target.parent) as middle:
        checks = whisper_folder.convert(source, Path(middle))
        return checks + whisper_openvino.convert(Path(middle), target)


def whisper_hf(source: Path, target: Path) -> list[str]:
    """Hugging Face Whisper -> OpenVINO int8."""
    from livetranslate_tools.models.convert import whisper_openvino

    return whisper_openvino.convert(source, target)


def gguf_qwen2(source: Path, target: Path) -> list[str]:
    """Qwen2 as GGUF -> bf16 safetensors and a fast tokenizer."""
    from livetranslate_tools.models.convert import qwen2_folder

    return qwen2_folder.convert(source, target)


_CONVERSIONS = {"whisper-ct2": whisper_ct2, "whisper-hf": whisper_hf, "gguf-qwen2": gguf_qwen2}


def main(arguments: list[str]) -> int:
    """Runs one conversion; see the module."""
    if len(arguments) != 4 or arguments[0] not in _CONVERSIONS:
        print(f"usage: {'|'.join(_CONVERSIONS)} SOURCE TARGET REPORT", file=sys.stderr)
        return 2
    source, target, report = (Path(argument) for argument in arguments[1:])
    target.mkdir(parents=True, exist_ok=True)
    try:
        checks = _CONVERSIONS[arguments[0]](source, target)
    except ConvertError as error:
        print(error, file=sys.stderr)
        return 1
    tools = {name: version for name in _TOOLS if (version := _version(name))}
    report.write_text(json.dumps({"checks": checks, "tools": tools}), encoding="utf-8")
    return 0


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
