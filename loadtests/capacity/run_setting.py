"""On what a part of the load tests was measured: as :mod:`loadtests.machine` tells it, without the report's folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from loadtests.machine import setting


def run_setting(folder: Path) -> dict[str, Any]:
    """The setting of the program that runs, whichever of the load tests it is; the folder stands as ``FOLDER``."""
    spec = sys.modules["__main__"].__spec__
    module = spec.name.removesuffix(".__main__") if spec is not None else "loadtests"
    details = setting(module)
    command = str(details["command"]).replace(str(folder), "FOLDER")
    if folder.parent != Path():  # a part's folder stands in that of `loadtests.all`
        command = command.replace(str(folder.parent), "FOLDER")
    return details | {"command": command}
