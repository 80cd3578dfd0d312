"""``metadata.json``, the sidecar of each artifact in the store: where it came from and what it consists of."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from livetranslate_tools.models.digests import sha256_of
from livetranslate_tools.models.errors import ModelError

FILE_NAME = "metadata.json"


class FileRecord(msgspec.Struct, frozen=True):
    """One file of the artifact."""

    sha256: str
    size_bytes: int


class Provenance(msgspec.Struct, frozen=True):
    """Which of the catalogue's sources was used.

    Attributes:
        origin: ``packages`` or ``hub``.
        location: packages with versions, or repository and commit.
        sha256: checksum of the source's weights as they were downloaded.
        is_pinned: False when a branch was followed (``--allow-unpinned``).
        files: checksums of all source files, before conversion.
    """

    origin: str
    location: tuple[str, ...]
    sha256: str
    is_pinned: bool
    files: dict[str, FileRecord]


class Metadata(msgspec.Struct, frozen=True):
    """The sidecar.

    Attributes:
        name: artifact name.
        version: artifact version.
        license: licence of the weights.
        license_url: where it can be read.
        fetched_at: when, UTC.
        source: where from.
        conversion: what was done to it, ``none`` if nothing.
        checks: what was verified of the result, one sentence each.
        tools: versions of what converted and checked it.
        files: every file of the artifact but the sidecar itself.
        schema: version of this form.
    """

    name: str
    version: str
    license: str
    license_url: str
    fetched_at: datetime
    source: Provenance
    conversion: str
    checks: tuple[str, ...]
    tools: dict[str, str]
    files: dict[str, FileRecord]
    schema: int = 1


def record_files(folder: Path) -> dict[str, FileRecord]:
    """Checksums and sizes of everything below a folder, by relative path, without the sidecar."""
    return {
        path.relative_to(folder).as_posix(): FileRecord(sha256_of(path), path.stat().st_size)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / FILE_NAME
    }


def write(metadata: Metadata, folder: Path) -> None:
    """Writes the sidecar into the artifact's folder."""
    (folder / FILE_NAME).write_bytes(msgspec.json.format(msgspec.json.encode(metadata), indent=2) + b"\n")


def read(folder: Path) -> Metadata:
    """The sidecar of an artifact's folder.

    Raises:
        ModelError: it is missing or is not a sidecar.
    """
    path = folder / FILE_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Metadata)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} cannot be read: {error}. Remove {folder} and fetch the model again.") from error
