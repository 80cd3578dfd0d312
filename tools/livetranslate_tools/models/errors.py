"""What can go wrong with weights; each message is a sentence that says what to do."""

from __future__ import annotations

import errno
from pathlib import Path


class ModelError(Exception):
    """An artifact cannot be had, read or trusted."""


class SourceUnavailableError(ModelError):
    """One source cannot deliver now (no network, no such package, no access); the next one may."""


class CorruptDownloadError(ModelError):
    """Bytes that are not the ones the catalogue names."""


class ConversionError(ModelError):
    """A conversion failed, or what came out of it is not what it should be."""


def disk_full(error: OSError, folder: Path) -> ModelError | None:
    """The sentence for a full disk or an exhausted quota; None when the error is another one."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return None
    return ModelError(
        f"The disk of {folder} is full. Free some space, or point LIVETRANSLATE_CACHE at a larger disk, "
        "and run the same command again: what is already there is kept."
    )
