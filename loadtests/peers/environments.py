"""Throw-away virtual environments for other projects' servers: ``<cache>/peers/<name>-<key>/``.

pip resolves the project's requirements as they stand; what needs an accelerator or a sound card is then left out (these
servers run on the CPU and hear us through a socket), and the rest is installed exactly as resolved.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools.paths import cache_dir

_RECIPE = "1"
_MARK = "finished.json"


class PeerError(Exception):
    """A peer cannot be installed, started or driven; the message says why."""


_ACCELERATORS = ("nvidia-", "cuda-", "triton")


@dataclass(frozen=True)
class PeerEnvironment:
    """What pip is asked for.

    Attributes:
        name: of the folder.
        requirements: as for pip.
        left_out: beginnings of the names of distributions that are resolved but not installed.
        check: Python statements that must run in the finished environment.
    """

    name: str
    requirements: tuple[str, ...]
    left_out: tuple[str, ...]
    check: str

    @property
    def key(self) -> str:
        """Changes with the recipe."""
        return hashlib.sha256(repr((_RECIPE, self, sys.version_info[:2])).encode()).hexdigest()[:12]


# torch in the version of the project's own environments: without CUDA libraries where the machine has such a build.
FASTER_WHISPER = PeerEnvironment("faster-whisper", ("faster-whisper==1.2.1",), (), "import faster_whisper")
WHISPER_LIVE = PeerEnvironment(
    "whisper-live",
    ("whisper-live==0.10.0", "torch==2.13.0"),
    (*_ACCELERATORS, "pyaudio", "torchaudio"),
    "import torch, whisper_live.server",
)
WHISPERLIVEKIT = PeerEnvironment(
    "whisperlivekit",
    ("whisperlivekit==0.2.26", "torch==2.13.0", "safetensors"),  # the last reads the decoder's weights
    _ACCELERATORS,
    "import torch, whisperlivekit",
)


def ensure(wanted: PeerEnvironment, *, say: Callable[[str], None]) -> Path:
    """The environment's Python; it is built when it is not there.

    Raises:
        PeerError: pip could not resolve or install it, or it cannot be imported; with the end of what pip said.
    """
    folder = cache_dir() / "peers" / f"{wanted.name}-{wanted.key}"
    python = folder / "bin" / "python"
    if (folder / _MARK).is_file():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    say(f"{wanted.name}: building {folder}")
    # The interpreter below any virtual environment, so that nothing of ours leaks in.
    _run([sys.base_prefix + "/bin/python3", "-m", "venv", str(folder)])
    report = folder / "resolved.json"
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-input"]
    _run([*pip, "--dry-run", "--ignore-installed", "--report", str(report), *wanted.requirements])
    pins = _pins(report, wanted.left_out)
    say(f"{wanted.name}: installing {len(pins)} distributions")
    _run([*pip, "--no-deps", *pins])
    _run([str(python), "-c", wanted.check])
    (folder / _MARK).write_text(json.dumps({"installed": pins}, indent=1), encoding="utf-8")
    return python


def versions(wanted: PeerEnvironment) -> list[str]:
    """What is installed, as ``name==version``."""
    folder = cache_dir() / "peers" / f"{wanted.name}-{wanted.key}"
    installed: list[str] = json.loads((folder / _MARK).read_text(encoding="utf-8"))["installed"]
    return installed


def _pins(report: Path, left_out: tuple[str, ...]) -> list[str]:
    found = []
    for item in json.loads(report.read_text(encoding="utf-8"))["install"]:
        name, version = item["metadata"]["name"], item["metadata"]["version"]
        if not name.lower().replace("_", "-").startswith(left_out):
            found.append(f"{name}=={version}")
    return sorted(found)


def _run(command: list[str]) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    run = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if run.returncode != 0:
        said = [line for line in (run.stdout + run.stderr).splitlines() if line.strip() and "WARNING" not in line]
        raise PeerError(f"`{' '.join(command[:6])} …` failed ({run.returncode}): " + " | ".join(said[-6:]))
    return run.stdout
