"""Engine settings from the version folder: ``model.json`` (vLLM's engine arguments) and LoRA adapters."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_adapters import LoraAdapters

FILE_NAME = "model.json"


class SettingsError(Exception):
    """The version folder cannot be served; the message says why and what to do."""


@dataclass(frozen=True)
class EngineSettings:
    """What the engine is started with.

    Attributes:
        arguments: keyword arguments of vLLM's ``AsyncEngineArgs``.
        adapters: LoRA adapters.
    """

    arguments: Mapping[str, Any]
    adapters: LoraAdapters

    @classmethod
    def load(cls, version_folder: Path) -> EngineSettings:
        """Reads a version folder.

        Raises:
            SettingsError: a file is missing or malformed, or the weights' folder is not there.
        """
        path = version_folder / FILE_NAME
        if not path.is_file():
            raise SettingsError(f"{path} is missing: it must hold vLLM's engine arguments as a JSON object.")
        try:
            arguments = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(arguments, dict):
                raise ValueError("not a JSON object")
            enabled = str(arguments.get("enable_lora", False)).lower() == "true"
            adapters = LoraAdapters.load(version_folder, enabled=enabled)
        except (ValueError, FileNotFoundError) as error:
            raise SettingsError(f"{path} cannot be used: {error}") from error
        if "enable_lora" in arguments:
            arguments["enable_lora"] = enabled
        model = str(arguments.get("model", ""))
        if model.startswith(("/", ".")) and not Path(model).is_dir():
            raise SettingsError(f"{path} names the weights {model!r}, which is not a folder.")
        return cls(arguments=arguments, adapters=adapters)

    @property
    def log_stats(self) -> bool:
        """Whether ``model.json`` lets the engine collect statistics."""
        return not self.arguments.get("disable_log_stats", False)

    def check_devices(self, *, instance_kind: str) -> None:
        """Refuses KIND_GPU for an engine that spans several GPUs.

        Raises:
            SettingsError: use KIND_MODEL.
        """
        size = int(self.arguments.get("tensor_parallel_size", 1)) * int(self.arguments.get("pipeline_parallel_size", 1))
        if size > 1 and instance_kind == "GPU":
            raise SettingsError(
                f"{FILE_NAME} spreads the model over {size} GPUs, but KIND_GPU is for one; "
                "set kind: KIND_MODEL in config.pbtxt."
            )


def prepare_environment(settings: EngineSettings, *, instance_kind: str, device_id: int) -> None:
    """Sets the variables vLLM reads, before it is imported. What the operator has set stays."""
    defaults = {
        # Triton's stub has threads and shared memory: a forked engine process would inherit both.
        "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "VLLM_LOGGING_LEVEL": "WARNING",
        "TOKENIZERS_PARALLELISM": "false",
    }
    if Path(str(settings.arguments.get("model", ""))).is_dir():
        defaults["HF_HUB_OFFLINE"] = "1"
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    if instance_kind == "GPU" and device_id >= 0:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(device_id)
