"""A server of one's own for a load test, with the smallest llm; on request with one model's settings changed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from livetranslate.protocol import tensors
from livetranslate_tools import paths
from livetranslate_tools.cli.serving import start
from livetranslate_tools.serving.plan import Ports
from livetranslate_tools.serving.prepare import ServeRequest, free_ports
from loadtests.perf_analyzer.changed_sources import Change, changed, set_parameter

LLM = "qwen2.5-coder-0.5b-instruct"
EVERYBODY_IN = (tensors.LIVE_TRANSLATION, set_parameter("target_recognition_s", "0"))
"""Sessions are let in however long recognitions take, up to ``max_sessions``."""


@contextmanager
def own_server(
    state: Path, console: Console, *, models: tuple[str, ...] = (), change: tuple[str, Change] | None = None
) -> Iterator[Ports]:
    """Serves within the block, on free ports.

    Args:
        state: its state folder.
        console: shows how the models load.
        models: only these and what they need; all when empty.
        change: a model, and what is changed in its configuration.

    Raises:
        ServingError: it cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="loadtests-") as scratch:
        sources: tuple[Path, ...] = ()
        if change is not None:
            own = paths.data_dir("model_repository")
            copy = changed(own, Path(scratch) / own.name, model=change[0], change=change[1])
            sources = (copy, paths.data_dir("ensembles"))
        ports = free_ports()
        weights = ((tensors.LLM, LLM),) if not models or tensors.LLM in models else ()
        request = ServeRequest(state=state, ports=ports, models=models, weights=weights, fetch=True, sources=sources)
        server = start(request, console, owned=True)
        try:
            yield ports
        finally:
            server.stop()
