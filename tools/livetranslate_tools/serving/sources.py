"""The source repository as the assembler sees it: models, their configs, versions and who needs whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.manifest import VersionManifest, read_manifest

CONFIG = "config.pbtxt"


@dataclass(frozen=True)
class SourceModel:
    """One model of a source repository.

    Attributes:
        name: the model's (and its folder's) name.
        folder: the source folder.
        config: the parsed ``inference.ModelConfig`` (a protobuf message without type stubs).
        config_text: config.pbtxt as written.
        versions: version number -> manifest.
    """

    name: str
    folder: Path
    config: Any
    config_text: str
    versions: Mapping[int, VersionManifest]

    @property
    def is_ensemble(self) -> bool:
        """Whether Triton itself runs it, without a process."""
        return bool(self.config.platform == "ensemble" or self.config.HasField("ensemble_scheduling"))

    @property
    def backend(self) -> str:
        """``python``, ``vllm``, …; ``ensemble`` for an ensemble."""
        return "ensemble" if self.is_ensemble else str(self.config.backend)

    @property
    def newest(self) -> VersionManifest:
        """The manifest of the highest version."""
        return self.versions[max(self.versions)]

    @property
    def needs(self) -> frozenset[str]:
        """Models that must be ready for it to work: an ensemble's steps, and what its newest version calls."""
        steps = (step.model_name for step in self.config.ensemble_scheduling.step) if self.is_ensemble else ()
        return frozenset(steps) | frozenset(self.newest.calls)


def read_sources(folders: Iterable[Path]) -> dict[str, SourceModel]:
    """Reads every model of the source repositories.

    Raises:
        ServingError: a config that Triton's schema refuses, a model without versions, a name used twice.
    """
    found: dict[str, SourceModel] = {}
    for folder in folders:
        for model_folder in sorted(path.parent for path in folder.glob(f"*/{CONFIG}")):
            model = _read_model(model_folder)
            if model.name in found:
                raise ServingError(f"Model {model.name!r} is both in {found[model.name].folder} and in {model_folder}.")
            found[model.name] = model
    if not found:
        raise ServingError(f"No model (a folder with {CONFIG}) in {', '.join(str(folder) for folder in folders)}.")
    return found


def select(models: Mapping[str, SourceModel], wanted: Iterable[str]) -> dict[str, SourceModel]:
    """The wanted models (all, when none is named) and everything they need.

    Raises:
        ServingError: an unknown model, asked for or needed by another.
    """
    names = list(wanted) or sorted(models)
    chosen: dict[str, SourceModel] = {}
    while names:
        name = names.pop()
        if name not in models:
            users = sorted(model.name for model in chosen.values() if name in model.needs)
            by = f" (needed by {', '.join(users)})" if users else ""
            raise ServingError(f"There is no model {name!r}{by}; there are: {', '.join(sorted(models))}.")
        if name not in chosen:
            chosen[name] = models[name]
            names.extend(models[name].needs)
    return dict(sorted(chosen.items()))


def _read_model(folder: Path) -> SourceModel:
    path = folder / CONFIG
    text = path.read_text(encoding="utf-8")
    try:
        config = text_format.Parse(text, model_config_pb2.ModelConfig())
    except text_format.ParseError as error:
        raise ServingError(f"{path} is not a Triton model configuration: {error}.") from error
    versions = {int(sub.name): read_manifest(sub) for sub in folder.iterdir() if sub.is_dir() and sub.name.isdecimal()}
    if not versions and not config.HasField("ensemble_scheduling"):
        raise ServingError(f"{folder} has no version folder; make {folder / '1'} with the model's code.")
    if config.name not in ("", folder.name):
        raise ServingError(f"{path} names the model {config.name!r}; it must be its folder's name, {folder.name!r}.")
    return SourceModel(folder.name, folder, config, text, versions or {1: VersionManifest()})
