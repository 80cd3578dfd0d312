"""Fetching from a hub with the real ``huggingface_hub``, against a hub on the loopback."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tools.models.conftest import Notes
from tests.tools.models.hub_server import COMMIT, REPO, Hub, serve
from tests.tools.models.small_artifact import model_files

from livetranslate_tools.models import hub as hub_room
from livetranslate_tools.models.artifacts import HubFile, HubSource
from livetranslate_tools.models.catalogue import load
from livetranslate_tools.models.errors import CorruptDownloadError, ModelError, SourceUnavailableError
from livetranslate_tools.models.fetching import FetchOptions
from livetranslate_tools.models.store import ModelStore

WEIGHTS = "model.safetensors"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {**model_files(), "README.md": b"# not asked for", "original/consolidated.00.pth": b"nor this"}
    monkeypatch.setenv("HF_TOKEN", "")
    with serve(Hub(files)) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def source(hub: Hub, *, sha256: str | None = None, revision: str = COMMIT) -> HubSource:
    checksum = sha256 or hashlib.sha256(hub.files[WEIGHTS]).hexdigest()
    return HubSource(REPO, revision, ("*.json", "*.safetensors"), 1000, (HubFile(WEIGHTS, checksum),))


def collect(hub: Hub, target: Path, notes: Notes, what: HubSource | None = None, *, offline: bool = False) -> str:
    endpoint = hub.endpoint
    folder = target.parent / "downloads"
    return hub_room.collect(what or source(hub), target, folder, offline=offline, reporter=notes, endpoint=endpoint)


def test_takes_the_files_that_are_asked_for_at_the_pinned_commit(hub: Hub, target: Path, notes: Notes) -> None:
    assert collect(hub, target, notes) == COMMIT
    assert {path.name: path.read_bytes() for path in target.iterdir()} == model_files()
    assert "README.md" not in hub.downloads


def test_offline_uses_what_was_downloaded_and_checks_it(hub: Hub, target: Path, notes: Notes) -> None:
    collect(hub, target, notes)
    hub.downloads.clear()
    (again := target.parent / "again").mkdir()
    collect(hub, again, notes, offline=True)
    assert (again / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert hub.downloads == []


def test_offline_without_a_download_says_so(hub: Hub, target: Path, notes: Notes) -> None:
    with pytest.raises(SourceUnavailableError, match="tiny/llm@0123456789ab has not been downloaded"):
        collect(hub, target, notes, offline=True)


def test_a_file_damaged_on_disk_is_named_and_downloaded_again(hub: Hub, target: Path, notes: Notes) -> None:
    collect(hub, target, notes)
    blob = next((target.parent / "downloads").glob(f"*/snapshots/*/{WEIGHTS}")).resolve()
    blob.chmod(0o644)
    blob.unlink()
    blob.write_bytes(b"damaged")
    (again := target.parent / "again").mkdir()
    collect(hub, again, notes)
    assert (again / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert notes.sentences[0].startswith(f"{WEIGHTS} of tiny/llm@0123456789ab has SHA-256")


def test_a_small_file_is_checked_by_gits_checksum(hub: Hub, target: Path, notes: Notes) -> None:
    collect(hub, target, notes)
    blob = next((target.parent / "downloads").glob("*/snapshots/*/config.json")).resolve()
    blob.unlink()
    blob.write_bytes(b"{}")
    (again := target.parent / "again").mkdir()
    with pytest.raises(CorruptDownloadError, match=r"config\.json .* has git checksum .* without --offline"):
        collect(hub, again, notes, offline=True)


def test_a_hub_that_serves_other_bytes_is_not_believed(hub: Hub, target: Path, notes: Notes) -> None:
    hub.served[WEIGHTS] = bytes(len(hub.files[WEIGHTS]))
    with pytest.raises(CorruptDownloadError, match="also after a second download"):
        collect(hub, target, notes)
    assert hub.downloads.count(WEIGHTS) == 2


def test_a_file_that_arrived_wrong_once_is_fetched_again(hub: Hub, target: Path, notes: Notes) -> None:
    hub.served[WEIGHTS], hub.lies = bytes(len(hub.files[WEIGHTS])), 1
    collect(hub, target, notes)
    assert (target / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


def test_the_catalogues_checksum_outranks_the_hubs(hub: Hub, target: Path, notes: Notes) -> None:
    with pytest.raises(CorruptDownloadError, match=r"the hub lists SHA-256 .* the catalogue says 000"):
        collect(hub, target, notes, source(hub, sha256="0" * 64))
    assert hub.downloads.count(WEIGHTS) <= 1


def test_a_broken_connection_resumes_within_the_file(
    hub: Hub, target: Path, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunk = 1024  # the library's own are of 10 MB, and our file has 5 kB
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", chunk)
    hub.breaks.add(WEIGHTS)
    collect(hub, target, notes)
    assert (target / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert hub.ranges == [f"bytes={len(hub.files[WEIGHTS]) // 2 // chunk * chunk}-"]


def test_a_killed_download_keeps_its_whole_files_and_loses_its_scraps(hub: Hub, target: Path, notes: Notes) -> None:
    collect(hub, target, notes)
    repository = target.parent / "downloads" / "models--tiny--llm"
    weights = next(repository.glob(f"snapshots/*/{WEIGHTS}"))
    blob = weights.resolve()
    weights.unlink()
    scrap = blob.rename(blob.with_name(f"{blob.name}.abcd1234.incomplete"))  # as SIGKILL leaves it
    hub.downloads.clear()
    (again := target.parent / "again").mkdir()
    collect(hub, again, notes)
    assert hub.downloads == [WEIGHTS]
    assert not scrap.exists()


def test_a_gated_repository_says_how_to_get_in(hub: Hub, target: Path, notes: Notes) -> None:
    hub.gated = True
    with pytest.raises(SourceUnavailableError, match=r"is gated: accept its licence .* `hf auth login` or HF_TOKEN"):
        collect(hub, target, notes)


def test_an_unknown_revision_is_named(hub: Hub, target: Path, notes: Notes) -> None:
    with pytest.raises(SourceUnavailableError, match=f"{REPO} has no revision {'f' * 40}"):
        collect(hub, target, notes, source(hub, revision="f" * 40))


def test_an_unreachable_hub_says_that_nothing_is_lost(target: Path, notes: Notes) -> None:
    nowhere = Hub(model_files(), endpoint="http://127.0.0.1:9")
    with pytest.raises(SourceUnavailableError, match=r"could not be reached .* the same command resumes"):
        collect(nowhere, target, notes)


def hub_store(hub: Hub, folder: Path, revision: str, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    """A store whose catalogue names the tiny model on the hub."""
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    path = folder / "catalogue.toml"
    path.write_text(
        'schema = 1\n[[artifact]]\nname = "tiny"\nversion = "1.0.0"\ntask = "translation"\nform = "llm-safetensors"\n'
        'languages = ["en"]\nlicense = "CC0-1.0"\nlicense_url = "-"\nsummary = "-"\ndevices = ["cpu"]\n'
        f'size_bytes = 9000\nmemory_bytes = 1\n[[artifact.sources]]\nkind = "hub"\nrepo = "{REPO}"\n'
        f'revision = "{revision}"\npatterns = ["*.json", "*.safetensors"]\nsize_bytes = 9000\n'
    )
    return ModelStore(folder / "cache", load(path))


def test_a_pinned_model_enters_the_store_and_its_downloads_go(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = hub_store(hub, tmp_path, COMMIT, monkeypatch)
    store.fetch("tiny")
    record = store.metadata("tiny").source
    assert (record.origin, record.location, record.is_pinned) == ("hub", (REPO, COMMIT), True)
    assert record.sha256 == hashlib.sha256(hub.files[WEIGHTS]).hexdigest()
    assert store.verify("tiny").is_intact
    assert not list((tmp_path / "cache" / "downloads" / "hub").glob("models--*"))


def test_a_branch_is_refused_unless_allowed_and_then_recorded_as_unpinned(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = hub_store(hub, tmp_path, "main", monkeypatch)
    with pytest.raises(ModelError, match=r"a branch whose content can change\. .* --allow-unpinned"):
        store.fetch("tiny")
    assert hub.downloads == []
    store.fetch("tiny", FetchOptions(allow_unpinned=True))
    record = store.metadata("tiny").source
    assert (record.location, record.is_pinned) == ((REPO, COMMIT), False)
