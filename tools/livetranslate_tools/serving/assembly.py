"""The served repository: source version folders, verified weights and this machine's paths, put together.

Everything is built beside and renamed into place; a served version folder is never edited.
"""

from __future__ import annotations

import compileall
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.manifest import FILE_NAME, VersionManifest, WeightsChoice
from livetranslate_tools.serving.plan import Profile
from livetranslate_tools.serving.sources import CONFIG, SourceModel

SYSTEM_ENVIRONMENT = "runtime"
"""The environment that a stub finds by itself, through PATH."""

Locate = Callable[[str, str | None], Path | None]
"""``(artifact name, version or None) -> its folder in the store``, None when it is not there."""


@dataclass(frozen=True)
class ServedWeights:
    """The artifact a model version is served with."""

    choice: WeightsChoice
    folder: Path


@dataclass(frozen=True)
class Assembler:
    """Builds served models.

    Attributes:
        models: the models to serve.
        sources: all source models; what ``weights_of`` refers to is looked up here.
        profile: which weights and engine arguments are served.
        overrides: model -> artifact name, chosen by the operator.
        locate: finds an artifact in the store.
        environments: environment name -> folder for EXECUTION_ENV_PATH; None where Triton's own Python has it all.
        engine_cache: folder for compiled engines.
    """

    models: Mapping[str, SourceModel]
    sources: Mapping[str, SourceModel]
    profile: Profile
    overrides: Mapping[str, str]
    locate: Locate
    environments: Mapping[str, Path | None]
    engine_cache: Path

    def build(self, target: Path) -> None:
        """Builds all models and puts the result in ``target``'s place.

        Raises:
            ServingError: weights that are not in the store, a missing profile of the llm, no space.
        """
        fresh = target.with_name(f".{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for model in self.models.values():
            self._build_model(model, fresh / model.name)
        old = target.with_name(f".{target.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
        shutil.rmtree(old, ignore_errors=True)

    def weights(self, model: SourceModel, version: int) -> ServedWeights | None:
        """The artifact that a version is served with: the operator's, else the first present in the store.

        Raises:
            ServingError: none of them is in the store; the sentence says which command fetches it.
        """
        choices = self.choices(model, version)
        for choice in choices:
            folder = self.locate(choice.name, choice.version)
            if folder is not None:
                return ServedWeights(choice, folder)
        if not choices:
            return None
        others = f" (or one of: {', '.join(choice.name for choice in choices[1:])})" if choices[1:] else ""
        raise ServingError(
            f"The weights of {model.name!r} are not in the cache: run 'livetranslate models fetch {choices[0].name}'"
            f"{others}, or serve with --fetch."
        )

    def missing(self) -> dict[str, tuple[WeightsChoice, ...]]:
        """Model -> the artifacts of which it needs one, for every model that finds none in the store."""
        wanted = ((model, self.choices(model, version)) for model in self.models.values() for version in model.versions)
        return {
            model.name: choices
            for model, choices in wanted
            if choices and not any(self.locate(choice.name, choice.version) for choice in choices)
        }

    def choices(self, model: SourceModel, version: int) -> tuple[WeightsChoice, ...]:
        """The artifacts that could serve a version, in order of preference.

        Raises:
            ServingError: the manifest has none for this profile.
        """
        manifest = self._weights_manifest(model, version)
        owner = model.versions[version].weights_of or model.name
        named = manifest.weights.get(self.profile.value, ())
        if override := self.overrides.get(owner):
            return tuple(choice for choice in named if choice.name == override) or (WeightsChoice(override),)
        if manifest.weights and not named:
            known = ", ".join(sorted(manifest.weights))
            raise ServingError(f"Model {owner!r} has no weights for profile {self.profile.value!r}, only for: {known}.")
        return named

    def _weights_manifest(self, model: SourceModel, version: int) -> VersionManifest:
        own = model.versions[version]
        if own.weights_of is None:
            return own
        if own.weights_of not in self.sources:
            raise ServingError(f"{model.folder / str(version) / FILE_NAME}: there is no model {own.weights_of!r}.")
        return self.sources[own.weights_of].newest

    def _build_model(self, model: SourceModel, target: Path) -> None:
        try:
            target.mkdir(parents=True)
            (target / CONFIG).write_text(self._config(model), encoding="utf-8")
            for version in model.versions:
                self._build_version(model, version, target / str(version))
        except OSError as error:
            raise ServingError(f"Model {model.name!r} could not be assembled in {target}: {error}.") from error

    def _build_version(self, model: SourceModel, version: int, target: Path) -> None:
        source = model.folder / str(version)
        if not source.is_dir():
            target.mkdir()
            return
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "model.*.json"))
        weights = self.weights(model, version)
        if weights is not None:
            (target / "weights").symlink_to(weights.folder)
        # A stub would write its bytecode here, and Triton would take the folder for changed and load the model twice.
        compileall.compile_dir(target, maxlevels=4, quiet=2)
        if model.backend == "vllm":
            self._write_engine_arguments(source, target, weights)

    def _write_engine_arguments(self, source: Path, target: Path, weights: ServedWeights | None) -> None:
        path = source / f"model.{self.profile.value}.json"
        if not path.is_file():
            if (target / "model.json").is_file():
                return
            raise ServingError(f"{path} is missing: the engine arguments of profile {self.profile.value!r}.")
        try:
            arguments = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ServingError(f"{path} is not JSON: {error}.") from error
        if weights is not None:
            arguments["model"] = str(weights.folder)
        (target / "model.json").write_text(json.dumps(arguments, indent=2) + "\n", encoding="utf-8")

    def _config(self, model: SourceModel) -> str:
        """config.pbtxt as written, plus this machine's parameters: text format merges appended map entries."""
        if model.is_ensemble:
            return model.config_text
        cache = self.engine_cache / model.name
        cache.mkdir(parents=True, exist_ok=True)
        additions = {"cache_dir": str(cache)}
        environment = model.newest.environment
        if environment != SYSTEM_ENVIRONMENT:
            if environment not in self.environments:
                raise ServingError(f"Model {model.name!r} wants environment {environment!r}, which was not prepared.")
            if folder := self.environments[environment]:
                additions["EXECUTION_ENV_PATH"] = str(folder)
        if taken := additions.keys() & set(model.config.parameters):
            raise ServingError(f"{model.folder / CONFIG} sets {', '.join(sorted(taken))}, which assembly has to set.")
        blocks = (
            f'parameters {{ key: "{key}" value {{ string_value: {json.dumps(value)} }} }}\n'
            for key, value in additions.items()
        )
        return f"{model.config_text.rstrip()}\n\n# Added by assembly for this machine:\n{''.join(blocks)}"
