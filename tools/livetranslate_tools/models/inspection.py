"""Verifies what came out of a fetch, before it may enter the store."""

from __future__ import annotations

from pathlib import Path

from livetranslate_tools.models import inspect_llm, inspect_whisper
from livetranslate_tools.models.artifacts import Form

_INSPECT = {Form.WHISPER_OPENVINO: inspect_whisper.inspect, Form.LLM_SAFETENSORS: inspect_llm.inspect}


def inspect(form: Form, folder: Path) -> list[str]:
    """What was found to be right about a ready folder, one sentence each.

    Raises:
        ConversionError: the folder is not a working model of that form.
    """
    return _INSPECT[form](folder)
