"""What every test can ask for: plain modules of the models on the path, and one real server for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from rich.console import Console

from livetranslate_tools.cli.serving import start
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.launcher import tail, triton_log
from livetranslate_tools.serving.prepare import ServeRequest, free_ports

pytest_plugins = ["tests.version_folders"]

TEST_LLM = "qwen2.5-coder-0.5b-instruct"

# On a busy machine an example may take long; how long is not what these tests are about.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@dataclass(frozen=True)
class Server:
    """A running server with every model."""

    grpc_url: str
    http_url: str
    metrics_url: str
    state: Path
    log: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real Triton with the real engines and the smallest llm, on free ports.

    It ends with the run, even with a killed one.
    """
    state = tmp_path_factory.mktemp("server")
    ports = free_ports()
    request = ServeRequest(state=state, ports=ports, weights=(("llm", TEST_LLM),), fetch=True)
    log = state / "logs" / "triton.log"
    try:
        running = start(request, Console(stderr=True), owned=True)
    except ServingError as error:
        pytest.fail(f"{error}\n--- {log} ---\n{tail(log, lines=60)}", pytrace=False)
    try:
        yield Server(ports.grpc_url, ports.http_url, ports.metrics_url, state, triton_log(running.plan))
    finally:
        running.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failed test against the server shows what Triton and the models wrote last."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    running = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(running, Server):
        report.sections.append(("Triton's log", tail(running.log, lines=40)))
