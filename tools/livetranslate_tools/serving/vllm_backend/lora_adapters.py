"""LoRA adapters, named in ``multi_lora.json`` beside ``model.json``: ``{"adapter name": "folder"}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from request_errors import invalid

FILE_NAME = "multi_lora.json"


@dataclass(frozen=True)
class LoraAdapters:
    """The adapters a model serves.

    Attributes:
        enabled: whether ``enable_lora`` is set in ``model.json``.
        folders: adapter name to folder.
    """

    enabled: bool = False
    folders: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, version_folder: Path, *, enabled: bool) -> LoraAdapters:
        """Reads the adapters' names when LoRA is enabled.

        Raises:
            FileNotFoundError: LoRA is enabled and the file is missing.
            ValueError: the file is not a JSON object of strings.
        """
        if not enabled:
            return cls()
        path = version_folder / FILE_NAME
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: model.json sets enable_lora, so it must name the adapters.")
        folders = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(folders, dict) or not all(isinstance(folder, str) for folder in folders.values()):
            raise ValueError(f'{path} must be a JSON object of {{"adapter name": "folder"}}.')
        return cls(enabled=True, folders=folders)

    def check(self, name: str | None) -> None:
        """Refuses an adapter that is not served.

        Raises:
            RequestError: INVALID_ARG.
        """
        if name is None or name in self.folders:
            return
        if not self.enabled:
            raise invalid("LoRA feature is not enabled.")
        raise invalid(f"LoRA {name} is not supported, we currently support {list(self.folders)}")

    def request(self, name: str | None) -> Any | None:
        """The ``LoRARequest`` of an adapter's name; None without one."""
        if name is None:
            return None
        from vllm.lora.request import LoRARequest

        # vLLM tells adapters apart by a number from 1.
        number = list(self.folders).index(name) + 1
        return LoRARequest(name, number, self.folders[name])
