"""Weights from a Hugging Face hub, by ``huggingface_hub``: at a pinned commit, resumed, checked.

A commit fixes every byte of a repository: large files by the SHA-256 in their pointers, the others by git's own
checksum. The listing of the commit is kept, so that a later ``--offline`` fetch can check the files just the same.

A broken connection resumes within the file; a killed process resumes with the files that it had finished.
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
from pathlib import Path

import httpx
import msgspec
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

from livetranslate_tools.models.artifacts import HubSource
from livetranslate_tools.models.digests import git_blob_sha1_of, sha256_of
from livetranslate_tools.models.errors import CorruptDownloadError, SourceUnavailableError, disk_full
from livetranslate_tools.models.hub_progress import bytes_bar
from livetranslate_tools.models.names import check_file
from livetranslate_tools.models.progress import Reporter, step

_COMMIT = re.compile("[0-9a-f]{40}")


class _Listed(msgspec.Struct, frozen=True):
    """A file as the hub lists it: ``sha256`` for large files, git's ``blob_id`` for the others."""

    size_bytes: int
    sha256: str | None
    blob_id: str | None

    def differs(self, path: Path) -> str | None:
        """What is wrong with a local copy; None when nothing is."""
        if self.sha256:
            actual = sha256_of(path)
            return None if actual == self.sha256 else f"has SHA-256 {actual}, the hub lists {self.sha256}"
        actual = git_blob_sha1_of(path)
        return None if actual == self.blob_id else f"has git checksum {actual}, the hub lists {self.blob_id}"


class _Listing(msgspec.Struct, frozen=True):
    commit: str
    files: dict[str, _Listed]


def collect(
    source: HubSource, target: Path, folder: Path, *, offline: bool, reporter: Reporter, endpoint: str | None = None
) -> str:
    """Puts the repository's files into ``target``; returns the commit they are of.

    Args:
        source: the repository, its revision and the patterns of the files to take.
        target: an existing folder on the same disk as ``folder`` (files are linked, not copied).
        folder: where downloads are kept between runs.
        offline: use only what ``folder`` holds.
        reporter: hears the progress.
        endpoint: another hub (a mirror); by default ``$HF_ENDPOINT``, else the library's own.

    Raises:
        SourceUnavailableError: no network, no such repository or revision, or no access to a gated one.
        CorruptDownloadError: a file is still wrong after a second download.
    """
    endpoint = endpoint or os.environ.get("HF_ENDPOINT")
    try:
        for scrap in (folder / _repository(source) / "blobs").glob("*.incomplete"):
            scrap.unlink()  # of a killed process: the library never takes up another one's unfinished file
        listing = _listing(source, folder, offline=offline, endpoint=endpoint)
        total = sum(file.size_bytes for file in listing.files.values())
        with step(reporter, f"downloading {source.label}", total):
            snapshot = Path(
                snapshot_download(
                    source.repo,
                    revision=listing.commit,
                    allow_patterns=list(source.patterns),
                    cache_dir=folder,
                    local_files_only=offline,
                    endpoint=endpoint,
                    max_workers=4,
                    tqdm_class=bytes_bar(reporter),
                )
            )
        with step(reporter, f"checking {source.label}"):
            _check(source, listing, snapshot, folder, offline=offline, endpoint=endpoint, reporter=reporter)
    except (HfHubHTTPError, httpx.HTTPError, OSError, RuntimeError) as error:
        # RuntimeError: the library closes its connections when one fails, and its other threads then trip over that.
        raise _explained(error, source, folder) from error
    for name in listing.files:
        _place((snapshot / name).resolve(), target / name)
    return listing.commit


def remove(source: HubSource, folder: Path) -> None:
    """Forgets the repository's downloads."""
    shutil.rmtree(folder / _repository(source), ignore_errors=True)
    _listing_path(source, folder).unlink(missing_ok=True)


def _repository(source: HubSource) -> str:
    return f"models--{source.repo.replace('/', '--')}"


def _listing_path(source: HubSource, folder: Path) -> Path:
    return folder / f"{source.repo.replace('/', '--')}@{source.revision.replace('/', '--')}.json"


def _listing(source: HubSource, folder: Path, *, offline: bool, endpoint: str | None) -> _Listing:
    path = _listing_path(source, folder)
    if offline:
        if not path.is_file():
            raise SourceUnavailableError(
                f"{source.label} has not been downloaded to {folder}, and --offline (or HF_HUB_OFFLINE) forbids it now."
            )
        return msgspec.json.decode(path.read_bytes(), type=_Listing)
    info = HfApi(endpoint=endpoint).model_info(source.repo, revision=source.revision, files_metadata=True)
    if info.sha is None or (source.is_pinned and info.sha != source.revision):
        raise SourceUnavailableError(
            f"The hub answered for {source.label} with commit {info.sha}: not what was asked for."
        )
    files = {
        check_file(entry.rfilename): _Listed(entry.size or 0, entry.lfs.sha256 if entry.lfs else None, entry.blob_id)
        for entry in info.siblings or []
        if any(fnmatch.fnmatch(entry.rfilename, pattern) for pattern in source.patterns)
    }
    absent = {file.name for file in source.files} - set(files)
    if absent or not files:
        raise SourceUnavailableError(f"{source.label} has no {', '.join(sorted(absent or source.patterns))}.")
    listing = _Listing(info.sha, files)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(listing)))
    return listing


def _check(
    source: HubSource,
    listing: _Listing,
    snapshot: Path,
    folder: Path,
    *,
    offline: bool,
    endpoint: str | None,
    reporter: Reporter,
) -> None:
    """Every file against the listing, and against the catalogue where it knows better; a wrong one comes once more."""
    known = {file.name: file.sha256 for file in source.files}
    for name, listed in listing.files.items():
        if name in known and listed.sha256 and listed.sha256 != known[name]:
            raise CorruptDownloadError(
                f"{name} of {source.label}: the hub lists SHA-256 {listed.sha256}, the catalogue says {known[name]}."
            )
        expected = _Listed(listed.size_bytes, known.get(name, listed.sha256), listed.blob_id)
        path = snapshot / name
        wrong = expected.differs(path) if path.is_file() else "is missing"
        if wrong is None:
            continue
        if offline:
            raise CorruptDownloadError(
                f"{name} of {source.label} {wrong}. Run again without --offline to download it anew."
            )
        reporter.say(f"{name} of {source.label} {wrong}. Downloading it again.")
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        again = hf_hub_download(
            source.repo, name, revision=listing.commit, cache_dir=folder, endpoint=endpoint, force_download=True
        )
        wrong = expected.differs(Path(again))
        if wrong:
            raise CorruptDownloadError(
                f"{name} of {source.label} {wrong}, also after a second download. Do not use it."
            )


def _explained(error: Exception, source: HubSource, folder: Path) -> Exception:
    if isinstance(error, GatedRepoError) or (
        source.gated and isinstance(error, HfHubHTTPError) and error.response.status_code in (401, 403)
    ):
        return SourceUnavailableError(
            f"{source.repo} is gated: accept its licence on its page of the hub, then give your token with "
            "`hf auth login` or HF_TOKEN, and run this command again."
        )
    if isinstance(error, RepositoryNotFoundError):
        return SourceUnavailableError(f"The hub has no repository {source.repo}, or your token may not see it.")
    if isinstance(error, RevisionNotFoundError):
        return SourceUnavailableError(f"{source.repo} has no revision {source.revision}.")
    if isinstance(error, OSError) and (full := disk_full(error, folder)):
        return full
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return SourceUnavailableError(
        f"The hub could not be reached for {source.label}: {reason}. Check the network and HF_ENDPOINT; "
        "what was downloaded is kept, so the same command resumes."
    )


def _place(blob: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(blob, path)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(blob, path)
