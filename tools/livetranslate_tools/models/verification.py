"""Compares what lies in the store with what its sidecar says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools.models.digests import sha256_of
from livetranslate_tools.models.metadata import FILE_NAME, Metadata


@dataclass(frozen=True)
class Verification:
    """The outcome for one artifact; each tuple holds relative paths."""

    name: str
    version: str
    folder: Path
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    changed: tuple[str, ...]
    file_count: int

    @property
    def is_intact(self) -> bool:
        """Whether the folder holds exactly what was fetched."""
        return not (self.missing or self.extra or self.changed)

    def sentences(self) -> list[str]:
        """One sentence for each file that is not as it should be."""
        return [
            *(f"{path} is missing" for path in self.missing),
            *(f"{path} was changed" for path in self.changed),
            *(f"{path} does not belong there" for path in self.extra),
        ]


def verify(folder: Path, metadata: Metadata, on_bytes: Callable[[int], None] | None = None) -> Verification:
    """Hashes every file of the folder again."""
    present = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if (path.is_file() or path.is_symlink()) and path != folder / FILE_NAME
    }
    changed = [
        name
        for name, record in metadata.files.items()
        if (path := present.get(name))
        and (
            path.is_symlink() or path.stat().st_size != record.size_bytes or sha256_of(path, on_bytes) != record.sha256
        )
    ]
    return Verification(
        name=metadata.name,
        version=metadata.version,
        folder=folder,
        missing=tuple(sorted(metadata.files.keys() - present.keys())),
        extra=tuple(sorted(present.keys() - metadata.files.keys())),
        changed=tuple(sorted(changed)),
        file_count=len(metadata.files),
    )
