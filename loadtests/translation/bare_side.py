"""The process that runs :mod:`loadtests.translation.bare_engine`, seen from here."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from livetranslate_tools import environments
from livetranslate_tools.serving.triton import VLLM_BACKEND
from loadtests.framed_process import CHECKOUT, FramedProcess
from loadtests.translation.llm_jobs import Job
from loadtests.translation.speed_figures import Batch, Timed

MODULE = "loadtests.translation.bare_engine"


class BareSide(FramedProcess):
    """vLLM's asynchronous engine in the cached environment ``vllm``, with a served version folder's arguments."""

    def __init__(self, version_folder: Path, *, python: Path | None = None, modules: Sequence[Path] = ()) -> None:
        """Starts the process; entering waits for its engine.

        Args:
            version_folder: of the served ``llm``.
            python: another Python than the environment's.
            modules: folders in which it finds more modules.
        """
        command = [python or environments.python_of(environments.ensure("vllm")), "-m", MODULE]
        super().__init__(
            "The bare engine",
            [str(part) for part in (*command, version_folder, VLLM_BACKEND)],
            # Where the spawned processes of the engine find this package again.
            variables={"PYTHONPATH": os.pathsep.join(map(str, (CHECKOUT, *modules)))},
        )

    def run(self, jobs: Sequence[Job], *, concurrency: int) -> Batch:
        """All jobs in their order, ``concurrency`` of them at once.

        Raises:
            SideError: the process has ended.
        """
        asked = {"jobs": [(job.prompt, job.sampling) for job in jobs], "concurrency": concurrency}
        answer = json.loads(self.ask(json.dumps(asked).encode()))
        return Batch(tuple(Timed(**one) for one in answer["answers"]), answer["took_s"])
