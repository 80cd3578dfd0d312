"""Where perf_analyzer comes from: the wheel of Triton's client, checked by SHA-256, with two libraries of Triton's.

The wheel of version 2.48.0 is the last one that carries the binary. It was built for a CUDA image: two of its libraries
come from the Triton wheel that ``livetranslate serve`` unpacks. Newer binaries (``pip install perf-analyzer``) need
glibc 2.38; ``$LIVETRANSLATE_PERF_ANALYZER`` names another binary.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools.serving.wheel import ensure_unpacked, sha256_of

REQUIREMENT = "tritonclient==2.48.0"
PLATFORM = "manylinux1_x86_64"
SHA256 = "7074885798e8a711fedaf94d6dd77f310973fe2ebf29fb2837db350a43e2d6a5"
VARIABLE = "LIVETRANSLATE_PERF_ANALYZER"

_MEMBER = "tritonclient-2.48.0.data/data/bin/perf_analyzer"
_LIBRARIES = {"libb64.so.0d": "libb64-*.so.0d*", "libcudart.so.12": "libcudart-*.so.12*"}
"""Name that the binary looks for -> the file in the Triton wheel."""


class PerfAnalyzerError(Exception):
    """perf_analyzer could not be had, or did not measure; the message says why and what to do."""


@dataclass(frozen=True)
class PerfAnalyzer:
    """The binary and the folder for ``LD_LIBRARY_PATH``; None where it needs none."""

    binary: Path
    libraries: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Variables to start it with."""
        inherited = dict(os.environ)
        if self.libraries is not None:
            inherited["LD_LIBRARY_PATH"] = str(self.libraries)
        return inherited

    def version(self) -> str:
        """What it says of itself.

        Raises:
            PerfAnalyzerError: it does not start.
        """
        done = subprocess.run(
            [str(self.binary), "--version"], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            reason = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]
            raise PerfAnalyzerError(f"{self.binary} does not start: {reason}. Name another one in {VARIABLE}.")
        return (done.stdout.strip() or done.stderr.strip()).splitlines()[-1]


def ensure(cache: Path, *, report: Callable[[str], None]) -> PerfAnalyzer:
    """The binary that ``$LIVETRANSLATE_PERF_ANALYZER`` names, else the wheel's, fetched when it is missing.

    Raises:
        PerfAnalyzerError: the registry did not serve the wheel, or served other bytes; no such binary.
        ServingError: the Triton wheel cannot be fetched.
    """
    if named := os.environ.get(VARIABLE):
        path = Path(named).expanduser().absolute()
        if not os.access(path, os.X_OK) or path.is_dir():
            raise PerfAnalyzerError(f"{VARIABLE} is {named!r}, which is no executable file; unset or correct it.")
        return PerfAnalyzer(path)
    folder = cache / "perf_analyzer" / SHA256[:16]
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as scratch:
            report(f"Fetching perf_analyzer ({REQUIREMENT}) …")
            fresh = Path(scratch) / "files"
            unpack(_download(Path(scratch)), fresh)
            add_libraries(ensure_unpacked(cache, report=report) / "nvidia_pytriton.libs", fresh)
            fresh.rename(folder)
    return PerfAnalyzer(folder / "perf_analyzer", folder)


def unpack(wheel: Path, folder: Path) -> None:
    """Takes the binary out of the wheel.

    Raises:
        PerfAnalyzerError: the wheel has other bytes than it had when this was written.
    """
    found = sha256_of(wheel)
    if found != SHA256:
        raise PerfAnalyzerError(
            f"{wheel.name} has SHA-256 {found}, expected {SHA256}: the registry served other bytes. Nothing was "
            "unpacked; check the registry or its mirror."
        )
    folder.mkdir(parents=True)
    binary = folder / "perf_analyzer"
    with zipfile.ZipFile(wheel) as archive, archive.open(_MEMBER) as member, binary.open("wb") as target:
        shutil.copyfileobj(member, target)
    binary.chmod(0o755)


def add_libraries(source: Path, folder: Path) -> None:
    """Copies the libraries under the names that the binary looks for.

    Raises:
        PerfAnalyzerError: one is missing.
    """
    for name, pattern in _LIBRARIES.items():
        found = sorted(source.glob(pattern))
        if not found:
            raise PerfAnalyzerError(
                f"{source} has no {pattern}; remove the folder of Triton in the cache and try again."
            )
        shutil.copyfile(found[0], folder / name)


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    done = subprocess.run(
        [*command, "--platform", PLATFORM, "--dest", str(folder), REQUIREMENT],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        reason = (done.stderr.strip() or done.stdout.strip() or "no wheel came").splitlines()[-1]
        raise PerfAnalyzerError(
            f"pip could not fetch {REQUIREMENT} for {PLATFORM}: {reason}. Check that the package registry can be "
            f"reached (PIP_INDEX_URL), or name a perf_analyzer in {VARIABLE}."
        )
    return wheels[0]
