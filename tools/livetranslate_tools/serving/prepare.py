"""Before a start: the machine checked, environments built, weights fetched. Everything is done once and then found."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from livetranslate_tools import environments, paths
from livetranslate_tools.environments.checks import check_numpy, check_port_free, check_shared_memory
from livetranslate_tools.environments.errors import SetupError
from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.progress import Reporter
from livetranslate_tools.models.store import ModelStore
from livetranslate_tools.serving import triton
from livetranslate_tools.serving.assembly import SYSTEM_ENVIRONMENT
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.launcher import environment as launch_environment
from livetranslate_tools.serving.manifest import WeightsChoice
from livetranslate_tools.serving.plan import LOOPBACK, Ports, Profile, ServePlan
from livetranslate_tools.serving.served import assembler_of

SHARED_MEMORY_BYTES = 64 << 20
"""One region of 1 MiB a stub to begin with, growing with the tensors in flight."""


@dataclass(frozen=True)
class ServeRequest:
    """What the operator asked for.

    Attributes:
        state: state folder; None takes the default.
        profile: which weights and engine arguments.
        ports: listening ports.
        models: only these and what they need; empty means all.
        weights: model -> artifact name.
        fetch: whether missing weights are fetched.
        sources: source repositories; empty means the project's own.
        metrics: whether metrics are reported.
        traces: base address of a collector of traces; empty: none.
        trace_share: share of the traces begun here that are recorded.
    """

    state: Path | None = None
    profile: Profile = Profile.CPU
    ports: Ports = field(default_factory=Ports)
    models: tuple[str, ...] = ()
    weights: tuple[tuple[str, str], ...] = ()
    fetch: bool = False
    sources: tuple[Path, ...] = ()
    metrics: bool = True
    traces: str = ""
    trace_share: float = 0.1


def prepare(request: ServeRequest, *, report: Callable[[str], None], progress: Reporter) -> ServePlan:
    """Makes everything ready that a start needs and says so in a plan.

    Raises:
        ServingError: what is wrong with the machine, the request or the weights, in a sentence.
    """
    try:
        return _prepare(request, report=report, progress=progress)
    except (SetupError, ModelError, FileNotFoundError) as error:
        raise ServingError(str(error)) from error


def free_ports() -> Ports:
    """Three loopback ports that are free now (held together while they are looked for, so that they differ)."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(3)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        http, grpc, metrics = (int(each.getsockname()[1]) for each in sockets)
        return Ports(http, grpc, metrics)


def _prepare(request: ServeRequest, *, report: Callable[[str], None], progress: Reporter) -> ServePlan:
    ports = request.ports
    for option, port in (("http", ports.http), ("grpc", ports.grpc), ("metrics", ports.metrics)):
        check_port_free(port, host=ports.address, option=f"--{option}-port")
    check_shared_memory(SHARED_MEMORY_BYTES)
    plan = ServePlan(
        state=(request.state or paths.state_dir()).absolute(),
        cache=paths.cache_dir(),
        sources=request.sources or (paths.data_dir("model_repository"), paths.data_dir("ensembles")),
        environments={},
        profile=request.profile,
        ports=request.ports,
        models=request.models,
        weights=dict(request.weights),
        metrics=request.metrics,
        traces=request.traces,
        trace_share=request.trace_share,
    )
    assembler = assembler_of(plan)
    if unknown := sorted(set(plan.weights) - set(assembler.models)):
        raise ServingError(f"--weights names {', '.join(unknown)}, but served are: {', '.join(assembler.models)}.")
    installation = triton.ensure_triton(plan.cache, report=report)
    triton.check_loadable(installation, environment=launch_environment(installation, plan))
    names = {model.newest.environment for model in assembler.models.values() if not model.is_ensemble}
    folders = {name: _environment(name, installation, report=report) for name in sorted(names - {SYSTEM_ENVIRONMENT})}
    if not installation.is_nvidia:  # NVIDIA's newer stubs take numpy 2
        for python in (
            Path(sys.executable),
            *(environments.python_of(folder) for folder in folders.values() if folder),
        ):
            check_numpy(python)
    missing = replace(assembler, environments=folders).missing()
    if missing and not request.fetch:
        wanted = " ".join(dict.fromkeys(choices[0].name for choices in missing.values()))
        raise ServingError(
            f"The weights of {', '.join(missing)} are not in the cache: run 'livetranslate models fetch {wanted}', "
            "or serve with --fetch."
        )
    for choices in dict.fromkeys(missing.values()):
        _fetch_first(choices, ModelStore(plan.cache), progress)
    return msgspec.structs.replace(plan, environments=folders)


def _environment(name: str, installation: triton.TritonInstallation, *, report: Callable[[str], None]) -> Path | None:
    """The folder of an environment: the operator's, none where NVIDIA's Triton brings vLLM, else one from the cache."""
    variable = f"LIVETRANSLATE_ENV_{name.upper()}"
    if named := os.environ.get(variable):
        folder = Path(named).expanduser().absolute()
        if not (folder / "bin" / "activate").is_file():  # the stub is started through it
            raise ServingError(f"{variable} is {named!r}, which is no virtual environment (it has no bin/activate).")
        return folder
    if name == "vllm" and installation.has_vllm:
        return None
    return environments.ensure(name, report=report)


def _fetch_first(choices: tuple[WeightsChoice, ...], store: ModelStore, progress: Reporter) -> None:
    """Fetches the first artifact that can be had, in order of preference."""
    failures = []
    for choice in choices:
        try:
            store.fetch(choice.name, reporter=progress)
        except ModelError as error:
            failures.append(str(error))
            progress.say(f"{choice.name} cannot be had: {error}")
            continue
        return
    raise ServingError(" ".join(failures))
