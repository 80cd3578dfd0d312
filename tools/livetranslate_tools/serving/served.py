"""From a plan to a repository that Triton can be started on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.store import ModelStore
from livetranslate_tools.serving.assembly import Assembler, Locate
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import ServePlan
from livetranslate_tools.serving.record import ModelRecord
from livetranslate_tools.serving.sources import SourceModel, read_sources, select
from livetranslate_tools.serving.triton import TritonInstallation, assemble_backends, ensure_triton


@dataclass(frozen=True)
class ServedRepository:
    """An assembled repository and the Triton to serve it."""

    models: Mapping[str, SourceModel]
    triton: TritonInstallation
    backends: Path
    assembler: Assembler

    def records(self) -> dict[str, ModelRecord]:
        """A fresh record for each model."""
        return {name: self._record(model) for name, model in sorted(self.models.items())}

    def _record(self, model: SourceModel) -> ModelRecord:
        weights = self.assembler.weights(model, max(model.versions))
        return ModelRecord(
            model.name,
            model.backend,
            weights=f"{weights.choice.name} {weights.folder.name}" if weights else None,
            # What a model says itself when it is probed (whisper names its device) goes before this.
            device=None if model.is_ensemble else self._device(model),
            environment=None if model.is_ensemble else model.newest.environment,
        )

    def _device(self, model: SourceModel) -> str:
        return self.assembler.profile.value.upper() if model.backend == "vllm" else "CPU"


def assemble(plan: ServePlan, *, report: Callable[[str], None], locate: Locate | None = None) -> ServedRepository:
    """Builds the served repository of a plan; Triton is fetched when it is missing.

    Args:
        plan: what to serve.
        report: told what is being done.
        locate: finds weights; the model store of the plan's cache by default.

    Raises:
        ServingError: see :class:`Assembler` and :func:`ensure_triton`.
    """
    triton = ensure_triton(plan.cache, report=report)
    assembler = assembler_of(plan, locate=locate)
    assembler.build(plan.served)
    return ServedRepository(assembler.models, triton, assemble_backends(triton, plan.state / "backends"), assembler)


def assembler_of(plan: ServePlan, *, locate: Locate | None = None) -> Assembler:
    """The assembler of a plan, which also knows what weights are missing."""
    sources = read_sources(plan.sources)
    return Assembler(
        models=select(sources, plan.models),
        sources=sources,
        profile=plan.profile,
        overrides=plan.weights,
        locate=locate or store_locate(plan.cache),
        environments=plan.environments,
        engine_cache=plan.cache / "engines",
    )


def store_locate(cache: Path) -> Locate:
    """Finds artifacts in the model store of a cache folder."""
    store = ModelStore(cache)

    def locate(name: str, version: str | None) -> Path | None:
        try:
            return store.path(name, version) if store.is_present(name, version) else None
        except ModelError as error:
            raise ServingError(str(error)) from error

    return locate
