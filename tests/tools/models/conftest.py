"""A local package index: pip itself is used, told to look nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tools.models.small_artifact import SmallArtifact

from livetranslate_tools.models.catalogue import load
from livetranslate_tools.models.progress import Reporter
from livetranslate_tools.models.store import ModelStore


class Notes(Reporter):
    """A reporter that remembers the sentences."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.titles: list[str] = []

    def say(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def begin(self, title: str, total_bytes: int | None) -> None:
        self.titles.append(title)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def artifact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallArtifact:
    small = SmallArtifact(tmp_path)
    use_index(monkeypatch, small)
    return small


@pytest.fixture
def store(artifact: SmallArtifact) -> ModelStore:
    return ModelStore(artifact.cache, load(artifact.catalogue))


def use_index(monkeypatch: pytest.MonkeyPatch, small: SmallArtifact) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(small.index))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
