import os
from pathlib import Path

import pytest
from few_shot import FewShotSet

from livetranslate_tools import paths
from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.store import ModelStore

VERSION_FOLDER = Path(__file__).resolve().parents[3] / "model_repository" / "translation_prompt" / "1"


@pytest.fixture(scope="session")
def few_shot() -> FewShotSet:
    return FewShotSet.load(VERSION_FOLDER / "few_shot.toml")


@pytest.fixture(scope="session")
def weights() -> Path:
    """The smallest language model's folder: its real tokenizer and chat template."""
    if chosen := os.environ.get("LIVETRANSLATE_TEST_LLM_WEIGHTS"):
        return Path(chosen)
    try:
        return ModelStore(paths.cache_dir()).path("qwen2.5-coder-0.5b-instruct")
    except ModelError as error:
        pytest.skip(f"needs a language model's tokenizer: {error}")
