"""pytest plugin: puts each model's newest version folder on the path, so that tests import its plain modules by name.

Loaded by ``pytest_plugins`` in tests/conftest.py. A new version 2 takes the place of version 1 by itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from livetranslate_tools.version_folders import newest_version_folders

MODEL_REPOSITORY = Path(__file__).resolve().parents[1] / "model_repository"

sys.path.extend(str(folder) for folder in newest_version_folders(MODEL_REPOSITORY).values())
