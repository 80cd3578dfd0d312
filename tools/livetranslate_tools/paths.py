"""Where things are kept: the cache (shared, rebuildable), the state of one server, and our own data files.

Standard library only: the set-up script uses it before anything is installed.
"""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Environments, weights, Triton: ``$LIVETRANSLATE_CACHE``, else ``$XDG_CACHE_HOME/livetranslate``."""
    chosen = os.environ.get("LIVETRANSLATE_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "livetranslate"


def state_dir() -> Path:
    """One server's served repository, logs and process record: ``$LIVETRANSLATE_STATE``, else under XDG state."""
    chosen = os.environ.get("LIVETRANSLATE_STATE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "livetranslate"


def data_dir(name: str) -> Path:
    """A data folder of the project (``model_repository``, ``ensembles``, ``requirements``): checkout or wheel.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package.parents[1] / name, package / "_data" / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f"The folder {name!r} is neither in the checkout nor in the installed package; reinstall livetranslate."
    )
