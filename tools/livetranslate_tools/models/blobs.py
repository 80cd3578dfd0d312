"""Downloaded bytes, named by their checksum: ``<cache>/downloads/<sha256>``.

A blob appears under its name only when it is whole and verified, so whatever a killed fetch leaves behind
can be trusted or thrown away, never half-believed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from livetranslate_tools.models.digests import CHUNK_BYTES, sha256_of
from livetranslate_tools.models.errors import CorruptDownloadError


class BlobStore:
    """Verified downloads in one folder.

    Args:
        folder: where the blobs are.
        scratch: an existing folder on the same disk for what is not whole yet; its owner clears it.
    """

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch

    def path(self, sha256: str) -> Path:
        """Where the blob of that checksum lies, or would lie."""
        return self.folder / sha256

    def has(self, sha256: str, what: str, say: Callable[[str], None]) -> bool:
        """Whether the blob is there and still is what its name says; one that is not is named and removed."""
        path = self.path(sha256)
        if not path.is_file():
            return False
        actual = sha256_of(path)
        if actual == sha256:
            return True
        say(f"{what} was damaged since it was downloaded: {path} has SHA-256 {actual}.")
        path.unlink(missing_ok=True)
        return False

    def add(self, stream: BinaryIO, sha256: str, what: str) -> Path:
        """Stores a stream under the checksum that it must have.

        Raises:
            CorruptDownloadError: the bytes have another checksum; the sentence names ``what``.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        descriptor, temporary = tempfile.mkstemp(dir=self.scratch)
        try:
            with os.fdopen(descriptor, "wb") as target:
                for chunk in _chunks(stream):
                    digest.update(chunk)
                    target.write(chunk)
            if digest.hexdigest() != sha256:
                raise CorruptDownloadError(f"{what} has SHA-256 {digest.hexdigest()}, the catalogue says {sha256}.")
            Path(temporary).replace(self.path(sha256))
        finally:
            Path(temporary).unlink(missing_ok=True)
        return self.path(sha256)

    def remove(self, checksums: Iterable[str]) -> None:
        """Forgets blobs."""
        for sha256 in checksums:
            with suppress(FileNotFoundError):
                self.path(sha256).unlink()


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk
