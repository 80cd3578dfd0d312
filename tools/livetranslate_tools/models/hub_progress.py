"""Lets ``huggingface_hub`` report its bytes to our reporter: it speaks only to a subclass of its own progress bar."""

from __future__ import annotations

from typing import Any

from huggingface_hub.utils.tqdm import tqdm

from livetranslate_tools.models.progress import Reporter


def bytes_bar(reporter: Reporter) -> type[tqdm]:
    """A silent progress bar class whose byte counts go to ``reporter``."""

    class Forwarding(tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._counts_bytes = kwargs.get("unit") == "B"
            super().__init__(*args, **{**kwargs, "disable": True})  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> bool | None:
            if self._counts_bytes and n:
                reporter.advance(int(n))
            return None

    return Forwarding
