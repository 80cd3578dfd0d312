"""The catalogue that ships, and what a catalogue is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tools.models.small_artifact import SmallArtifact

from livetranslate_tools.models.artifacts import Conversion, HubSource, Origin, PackageSource
from livetranslate_tools.models.catalogue import load
from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.names import check_file, check_name, check_version


def test_ships_with_every_artifact_of_the_first_release() -> None:
    assert {artifact.name for artifact in load()} == {
        "whisper-base-int8",
        "whisper-small-int8",
        "whisper-medium-int8",
        "whisper-large-v3-turbo-int8",
        "qwen2.5-14b-instruct-awq",
        "qwen2.5-7b-instruct-awq",
        "qwen2.5-14b-instruct",
        "llama-3.1-8b-instruct",
        "qwen2.5-1.5b-instruct",
        "qwen2.5-coder-1.5b-instruct",
        "qwen2.5-coder-0.5b-instruct",
    }


def test_every_shipped_hub_source_is_pinned_to_a_commit() -> None:
    sources = [source for artifact in load() for source in artifact.sources if isinstance(source, HubSource)]
    assert len(sources) >= 10
    assert [source.label for source in sources if not source.is_pinned] == []


def test_the_embedded_defaults_come_without_a_hub_first() -> None:
    for name in ("whisper-base-int8", "qwen2.5-coder-1.5b-instruct", "qwen2.5-coder-0.5b-instruct"):
        assert load().get(name).sources[0].origin is Origin.PACKAGES


def test_the_packaged_language_models_are_the_publishers_own_files() -> None:
    """Both sources of a stand-in have one checksum, so they convert to one and the same artifact."""
    for name in ("qwen2.5-coder-1.5b-instruct", "qwen2.5-coder-0.5b-instruct"):
        packages, hub = load().get(name).sources
        assert packages.sha256 == hub.sha256
        assert packages.convert is hub.convert is Conversion.GGUF_QWEN2
        assert packages.size_bytes == hub.size_bytes


def test_whisper_base_is_named_by_the_checksum_of_its_weights() -> None:
    artifact = load().get("whisper-base-int8")
    assert artifact.sha256 == "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
    assert isinstance(artifact.sources[0], PackageSource)
    assert artifact.sources[0].files[0].size_bytes == 145_217_607


def test_only_llama_is_gated() -> None:
    gated = [
        artifact.name for artifact in load() if any(getattr(source, "gated", False) for source in artifact.sources)
    ]
    assert gated == ["llama-3.1-8b-instruct"]


def test_an_unknown_name_is_answered_with_the_closest_ones() -> None:
    with pytest.raises(ModelError, match=r"no model named 'wisper-base'.*Did you mean whisper-base-int8"):
        load().get("wisper-base")


def test_a_name_like_nothing_is_answered_with_the_command_that_lists() -> None:
    with pytest.raises(ModelError, match="livetranslate models list"):
        load().get("zzz")


@pytest.mark.parametrize("name", ["../evil", "a/b", "/etc", ".hidden", "", "A", "a..b/", "a\n", "x" * 300])
def test_unsafe_artifact_names_are_refused(name: str) -> None:
    with pytest.raises(ModelError, match="not an acceptable artifact name"):
        check_name(name)


@pytest.mark.parametrize("version", ["..", "1", "1.0", "01.0.0", "1.0.0/../../x", "latest"])
def test_versions_that_are_not_semantic_are_refused(version: str) -> None:
    with pytest.raises(ModelError, match="not an acceptable version"):
        check_version(version)


@pytest.mark.parametrize("path", ["../model.bin", "/etc/passwd", "a/../../b", "a//b", ".ssh/id", "a/.b", "a\\b", ""])
def test_unsafe_file_names_are_refused(path: str) -> None:
    with pytest.raises(ModelError, match="not an acceptable file name"):
        check_file(path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "tiny-llm"', 'name = "../tiny"', "not an acceptable artifact name"),
        ('name = "config.json"', 'name = "../config.json"', "not an acceptable file name"),
        ("tiny-part1==1.0.0", "tiny-part1", "does not pin a package"),
        ("tiny-part1==1.0.0", "tiny-part1==1.0.0 --index-url=x", "does not pin a package"),
        ('kind = "packages"', 'kind = "torrent"', "torrent"),
        ("schema = 1", "schema = 7", "schema 7"),
        ('languages = ["en"]', 'languages = ["en"]\ntypo = 1', "typo"),
    ],
)
def test_a_catalogue_that_could_do_harm_is_refused(
    artifact: SmallArtifact, old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    text = artifact.catalogue.read_text()
    assert old in text
    changed = tmp_path / "changed.toml"
    changed.write_text(text.replace(old, new))
    with pytest.raises(ModelError, match=complaint):
        load(changed)


def test_parts_that_do_not_add_up_are_refused(artifact: SmallArtifact, tmp_path: Path) -> None:
    size = len(artifact.files["config.json"])
    changed = tmp_path / "changed.toml"
    changed.write_text(artifact.catalogue.read_text().replace(f"size_bytes = {size}\n", f"size_bytes = {size + 1}\n"))
    with pytest.raises(ModelError, match=r"The parts of config\.json add up to"):
        load(changed)
