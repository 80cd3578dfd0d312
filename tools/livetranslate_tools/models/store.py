"""The store: ``<cache>/models/<name>/<version>/``, each folder with its ``metadata.json``."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from livetranslate_tools.models import catalogue as catalogues
from livetranslate_tools.models import metadata as sidecars
from livetranslate_tools.models.artifacts import Artifact
from livetranslate_tools.models.catalogue import Catalogue
from livetranslate_tools.models.conversion import Converter
from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.fetching import Fetcher, FetchOptions
from livetranslate_tools.models.metadata import Metadata
from livetranslate_tools.models.names import check_name, check_version
from livetranslate_tools.models.progress import Reporter
from livetranslate_tools.models.verification import Verification, verify


class ModelStore:
    """What has been fetched, and the way to fetch more.

    Args:
        cache: the cache folder (``paths.cache_dir()``).
        catalogue: what can be fetched; by default the one that comes with the tools.
    """

    def __init__(self, cache: Path, catalogue: Catalogue | None = None) -> None:
        self.cache = cache
        self.folder = cache / "models"
        self.downloads = cache / "downloads"
        self._catalogue = catalogue

    @property
    def catalogue(self) -> Catalogue:
        """What can be fetched."""
        if self._catalogue is None:
            self._catalogue = catalogues.load()
        return self._catalogue

    def path(self, name: str, version: str | None = None) -> Path:
        """The folder of a fetched artifact; without a version, of the catalogue's.

        Raises:
            ModelError: unknown, or not fetched; the sentence says which command fetches it.
        """
        folder = self._place(name, version)
        if not (folder / sidecars.FILE_NAME).is_file():
            raise ModelError(f"{name} is not in the store ({folder}). Run: livetranslate models fetch {name}")
        return folder

    def is_present(self, name: str, version: str | None = None) -> bool:
        """Whether the artifact has been fetched.

        Raises:
            ModelError: the name is neither in the catalogue nor given with a version.
        """
        return (self._place(name, version) / sidecars.FILE_NAME).is_file()

    def metadata(self, name: str, version: str | None = None) -> Metadata:
        """The sidecar of a fetched artifact.

        Raises:
            ModelError: not fetched, or the sidecar is unreadable.
        """
        return sidecars.read(self.path(name, version))

    def fetched(self) -> list[tuple[str, str]]:
        """Names and versions of all artifacts in the store."""
        sidecar_paths = self.folder.glob(f"*/*/{sidecars.FILE_NAME}")
        found = [(path.parent.parent.name, path.parent.name) for path in sidecar_paths]
        return sorted((name, version) for name, version in found if not version.startswith("."))

    def verify(
        self, name: str, version: str | None = None, on_bytes: Callable[[int], None] | None = None
    ) -> Verification:
        """Hashes an artifact's files again and compares them with its sidecar.

        Raises:
            ModelError: not fetched, or the sidecar is unreadable.
        """
        return verify(self.path(name, version), self.metadata(name, version), on_bytes)

    def remove(self, name: str, version: str | None = None) -> Path:
        """Removes an artifact; returns the folder it was in.

        Raises:
            ModelError: not fetched.
        """
        folder = self.path(name, version)
        (folder / sidecars.FILE_NAME).unlink()  # first: half a removal must not look like a model
        shutil.rmtree(folder)
        return folder

    def fetch(
        self,
        name: str,
        options: FetchOptions | None = None,
        *,
        again: bool = False,
        converter: Converter | None = None,
        reporter: Reporter | None = None,
    ) -> Path:
        """Fetches the catalogue's version of an artifact unless it is there; returns its folder.

        Args:
            name: the artifact.
            options: from where and how.
            again: fetch it even if it is there.
            converter: shared by several fetches and closed by the caller; None makes one for this fetch alone.
            reporter: hears the progress.

        Raises:
            ModelError: unknown name, or no source delivered; the sentence says what to do.
        """
        artifact = self.catalogue.get(name)
        reporter = reporter or Reporter()
        used = converter or Converter(self.cache, reporter.say)
        fetcher = Fetcher(self.folder, self.downloads, used, reporter)
        try:
            with fetcher.exclusively(artifact):
                if not again and self._is_whole(artifact, reporter):
                    return self.path(name)
                return fetcher.fetch(artifact, options or FetchOptions())
        finally:
            if converter is None:
                used.close()

    def _is_whole(self, artifact: Artifact, reporter: Reporter) -> bool:
        """Whether the artifact is there with every file in its size; contents are ``verify``'s business."""
        if not self.is_present(artifact.name, artifact.version):
            return False
        folder = self.path(artifact.name, artifact.version)
        for relative, record in self.metadata(artifact.name, artifact.version).files.items():
            path = folder / relative
            if not path.is_file() or path.stat().st_size != record.size_bytes:
                reporter.say(f"{relative} of {artifact.name} is missing or has another size; fetching it again.")
                return False
        return True

    def _place(self, name: str, version: str | None) -> Path:
        if version is None:
            version = self.catalogue.get(name).version
        return self.folder / check_name(name) / check_version(version)
