"""Models and weights: what there is (``catalogue``), how it comes (``fetching``) and where it lies (``store``).

Usage:
    store = ModelStore(cache_dir())
    store.fetch("whisper-base-int8")
    folder = store.path("whisper-base-int8")

Importing this package imports nothing else: ``convert`` runs in an environment that lacks our dependencies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetranslate_tools.models.catalogue import Catalogue
    from livetranslate_tools.models.store import ModelStore

__all__ = ["Catalogue", "ModelStore"]


def __getattr__(name: str) -> Any:
    if name == "Catalogue":
        from livetranslate_tools.models.catalogue import Catalogue

        return Catalogue
    if name == "ModelStore":
        from livetranslate_tools.models.store import ModelStore

        return ModelStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
