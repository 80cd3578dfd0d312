"""The newest version folder of each model is on the path, and its module names are its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.version_folders import MODEL_REPOSITORY

from livetranslate_tools.version_folders import newest_version_folders, plain_modules

VLLM_BACKEND = MODEL_REPOSITORY.parent / "tools" / "livetranslate_tools" / "serving" / "vllm_backend"


def test_newest_version_is_the_highest_number(tmp_path: Path) -> None:
    for folder in ("whisper/2", "whisper/10", "whisper/notes", "llm/1"):
        (tmp_path / folder).mkdir(parents=True)
    assert newest_version_folders(tmp_path) == {"llm": tmp_path / "llm" / "1", "whisper": tmp_path / "whisper" / "10"}


def test_adapter_is_no_plain_module(tmp_path: Path) -> None:
    for name in ("model.py", "guards.py", "version.toml"):
        (tmp_path / name).touch()
    assert plain_modules(tmp_path) == [tmp_path / "guards.py"]


def test_module_names_are_unique() -> None:
    """They share one path in tests and in the type checker; so do those of our vLLM back end."""
    folders = [*newest_version_folders(MODEL_REPOSITORY).values(), VLLM_BACKEND]
    uses = Counter(module.name for folder in folders for module in plain_modules(folder))
    assert [name for name, count in uses.items() if count > 1] == []
    assert uses
