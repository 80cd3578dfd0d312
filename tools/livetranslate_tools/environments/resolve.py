"""Writes lock files: resolves an environment's roots with pip, for each Python that can, into one pinned list.

Needs the runtime environment (``packaging``). The resolver's answer is pruned to what the roots reach
without the excluded distributions, and merged over the Python versions with markers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from livetranslate_tools.environments.errors import SetupError
from livetranslate_tools.environments.interpreters import Interpreter
from livetranslate_tools.environments.locks import lock_command
from livetranslate_tools.environments.specs import EnvironmentSpec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Come with torch itself where it is built for CUDA, pinned by it.
_BROUGHT_BY_TORCH = ("nvidia-", "cuda-")

FAILURE_CHARACTERS = 600

Pins = dict[str, str]


def resolve(spec: EnvironmentSpec, *, pyproject: Path, pythons: Iterable[Interpreter]) -> str:
    """The text of the lock file.

    Args:
        spec: the environment.
        pyproject: the project's pyproject.toml, whose dependencies the runtime environment takes.
        pythons: the interpreters to resolve for, the preferred one first; one that finds no answer is left out.

    Raises:
        SetupError: no interpreter found an answer.
    """
    roots = roots_of(spec, pyproject)
    answers: dict[str, Pins] = {}
    failures: list[str] = []
    for python in pythons:
        answer = _pins(spec, roots=roots, python=python)
        if isinstance(answer, str):
            failures.append(f"Python {python.version}: {answer}")
        else:
            answers[python.version] = answer
    if not answers:
        raise SetupError("pip found no versions that fit together:\n" + "\n".join(failures))
    header = [
        f"# {spec.name}: {spec.purpose}",
        f"# python: {' '.join(sorted(answers, key=lambda version: int(version.split('.')[1])))}",
        f"# Written by `{lock_command(spec.name)}`; do not edit by hand.",
        f"# Installed with `pip install --no-deps -r {spec.name}.lock`: the list is complete (see README.md).",
    ]
    return "\n".join([*header, *_merged(answers)]) + "\n"


def roots_of(spec: EnvironmentSpec, pyproject: Path) -> list[str]:
    """The requirements that an environment is resolved from: its own, and pyproject's for its extras."""
    # pip itself is locked too: what a distribution's Python carries may be years older.
    roots = ["pip", *spec.roots]
    if not spec.extras:
        return roots
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    return [*roots, *project["dependencies"], *(line for extra in spec.extras for line in optional[extra])]


def _pins(spec: EnvironmentSpec, *, roots: Iterable[str], python: Interpreter) -> Pins | str:
    """The versions that pip chooses, pruned and with the overrides; or pip's words when it finds none."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = Path(scratch) / "venv"
        report = Path(scratch) / "report.json"
        pip = environment / "bin" / "pip"
        for command in (
            [python.path, "-m", "venv", environment],
            [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--upgrade", "pip"],
            [pip, "install", "--quiet", "--dry-run", "--ignore-installed", "--report", report, *roots],
        ):
            done = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True)
            if done.returncode != 0:
                return done.stderr.strip()[-FAILURE_CHARACTERS:]
        answer = json.loads(report.read_text(encoding="utf-8"))
    chosen = {str(canonicalize_name(item["metadata"]["name"])): item["metadata"] for item in answer["install"]}
    requires = {name: metadata.get("requires_dist", []) for name, metadata in chosen.items()}
    reached = _reachable(requires, roots=roots, spec=spec, marker_values=answer["environment"])
    return {name: spec.overrides.get(name) or chosen[name]["version"].split("+")[0] for name in sorted(reached)}


def _reachable(
    requires: Mapping[str, list[str]], *, roots: Iterable[str], spec: EnvironmentSpec, marker_values: dict[str, str]
) -> set[str]:
    """The distributions that the roots need when the excluded ones are not there."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        node = (name, frozenset(requirement.extras))
        if node in seen or name in spec.excluded or name.startswith(_BROUGHT_BY_TORCH) or name not in requires:
            continue
        seen.add(node)
        for line in requires[name]:
            child = Requirement(line)
            if _applies(child.marker, extras=requirement.extras, marker_values=marker_values):
                waiting.append(child)
    return {name for name, _ in seen}


def _applies(marker: Marker | None, *, extras: set[str], marker_values: dict[str, str]) -> bool:
    return marker is None or any(marker.evaluate({**marker_values, "extra": extra}) for extra in ("", *extras))


def _merged(answers: Mapping[str, Pins]) -> list[str]:
    """One line a pin; pins that only some Python versions have carry a marker."""
    lines: list[str] = []
    for name in sorted({name for pins in answers.values() for name in pins}):
        versions: dict[str, list[str]] = {}
        for python, pins in answers.items():
            if name in pins:
                versions.setdefault(pins[name], []).append(python)
        for version, pythons in versions.items():
            marker = " or ".join(f'python_version == "{python}"' for python in sorted(pythons))
            lines.append(f"{name}=={version}" + (f" ; {marker}" if len(pythons) < len(answers) else ""))
    return lines
