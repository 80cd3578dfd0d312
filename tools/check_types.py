"""Checks types everywhere: ``python tools/check_types.py``.

One mypy run reads client, tools, load tests and the plain modules of each model's newest version. The adapters are all
called model.py, so each folder that Triton loads one from gets a run of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from livetranslate_tools.version_folders import ADAPTER, newest_version_folders, plain_modules

CHECKOUT = Path(__file__).resolve().parents[1]
VLLM_BACKEND = CHECKOUT / "tools" / "livetranslate_tools" / "serving" / "vllm_backend"


def main() -> int:
    """Runs mypy over everything; returns 1 if any run finds an error."""
    versions = list(newest_version_folders(CHECKOUT / "model_repository").values())
    packages = [CHECKOUT / name for name in ("client", "tools", "loadtests")]
    modules = [module for folder in versions for module in plain_modules(folder)]
    clean = _mypy([*packages, *modules], path=versions, what="client, tools, loadtests, plain modules")
    for folder in (*versions, VLLM_BACKEND):
        if (folder / ADAPTER).is_file():
            clean &= _mypy(sorted(folder.glob("*.py")), path=[folder], what=str(folder.relative_to(CHECKOUT)))
    return 0 if clean else 1


def _mypy(files: Iterable[Path], *, path: Iterable[Path], what: str) -> bool:
    """One run; ``path`` is where modules are found by their bare names, as in the running stub."""
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(map(str, path))}
    # The back end's modules are found by bare names too, but stand inside a package: only their own run can read them.
    exclude = [] if VLLM_BACKEND in path else ["--exclude", "/serving/vllm_backend/"]
    command = [sys.executable, "-m", "mypy", *exclude, *map(str, files)]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    print(f"{what}: {(done.stdout + done.stderr).strip()}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
