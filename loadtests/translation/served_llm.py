"""The llm that a server of this machine serves: its weights' name, engine arguments and metrics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from livetranslate.protocol import tensors
from livetranslate_tools.serving.record import ServerRecord, read

SERVED = "served"
ENGINE_ARGUMENTS = "model.json"


def record_of(state: Path, url: str) -> ServerRecord | None:
    """The record of the server at this gRPC address, if the state folder is its own and it runs here."""
    record = read(state)
    if record is None or not record.is_supervised or str(record.ports.grpc) != url.rpartition(":")[2]:
        return None
    return record


def weights_name(state: Path, url: str) -> str | None:
    """``name version`` of the llm's weights; None when it is not known."""
    record = record_of(state, url)
    model = record.models.get(tensors.LLM) if record else None
    return model.weights if model else None


def version_folder(state: Path) -> Path:
    """The newest version folder of the llm as it is served, with its engine arguments.

    Raises:
        FileNotFoundError: nothing is served from this state folder, or no llm.
    """
    folder = state / SERVED / tensors.LLM
    versions = [path.parent for path in folder.glob(f"*/{ENGINE_ARGUMENTS}") if path.parent.name.isdecimal()]
    if not versions:
        raise FileNotFoundError(f"{folder} holds no version with {ENGINE_ARGUMENTS}; give --state-dir of the server.")
    return max(versions, key=lambda path: int(path.name))


def engine_arguments(folder: Path) -> dict[str, Any]:
    """The arguments for vLLM's engine in a version folder."""
    arguments: dict[str, Any] = json.loads((folder / ENGINE_ARGUMENTS).read_text(encoding="utf-8"))
    return arguments
