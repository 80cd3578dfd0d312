"""The newest version folder of each model: what tests import and the type checker reads.

Versions of one model share module names, so only one of them can be on the path: the newest.
"""

from __future__ import annotations

from pathlib import Path

# Triton imports the file by this name from every version folder, so it alone is not unique.
ADAPTER = "model.py"


def newest_version_folders(model_repository: Path) -> dict[str, Path]:
    """Maps each model to its version folder with the highest number, in the order of the models' names."""
    newest: dict[str, Path] = {}
    for folder in sorted(model_repository.glob("*/*/")):
        if not folder.name.isdecimal():
            continue
        model = folder.parent.name
        if model not in newest or int(folder.name) > int(newest[model].name):
            newest[model] = folder
    return newest


def plain_modules(version_folder: Path) -> list[Path]:
    """The modules beside the adapter, which import no Triton and are unique by name across the models."""
    return sorted(module for module in version_folder.glob("*.py") if module.name != ADAPTER)
