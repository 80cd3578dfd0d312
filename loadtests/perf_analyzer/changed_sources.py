"""Models with other settings, for a server that is started for a test: a copy of the sources with one changed.

Triton can load a served model anew with another configuration, but the one of the wheel was seen to abort soon after
(``tcache_thread_shutdown(): unaligned tcache chunk detected``), so settings are changed before it starts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

Change = Callable[[Any], None]
"""Edits a ``ModelConfig``."""


def changed(models: Path, target: Path, *, model: str, change: Change) -> Path:
    """Copies the models to ``target`` with one configuration changed; returns it.

    Raises:
        FileNotFoundError: there is no such model.
    """
    shutil.copytree(models, target, ignore=shutil.ignore_patterns("__pycache__"))
    path = target / model / "config.pbtxt"
    config = text_format.Parse(path.read_text(encoding="utf-8"), model_config_pb2.ModelConfig())
    change(config)
    path.write_text(text_format.MessageToString(config), encoding="utf-8")
    return target


def set_batching(*, queue_delay_us: int, max_batch_size: int) -> Change:
    """A change: how long requests wait for company, and how many go together.

    Raises:
        ValueError: a delay below 0 or a batch below 1.
    """
    if queue_delay_us < 0 or max_batch_size < 1:
        raise ValueError(
            f"queue delay {queue_delay_us} us, batch {max_batch_size}: a delay is at least 0 and a batch at least 1."
        )

    def change(config: Any) -> None:
        config.max_batch_size = max_batch_size
        config.dynamic_batching.max_queue_delay_microseconds = queue_delay_us

    return change


def set_parameter(name: str, value: str) -> Change:
    """A change: one of the model's own parameters.

    Raises:
        KeyError: when it is applied: the model has no such parameter.
    """

    def change(config: Any) -> None:
        if name not in config.parameters:
            raise KeyError(f"{config.name} has no parameter {name}; it has {', '.join(sorted(config.parameters))}.")
        config.parameters[name].string_value = value

    return change
