"""All models of one Triton: loaded in the order of their needs, side by side where nothing forbids it, then watched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import CycleError, TopologicalSorter

from livetranslate_tools.serving.control import TritonApi
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.keeper import ModelKeeper
from livetranslate_tools.serving.plan import ServePlan
from livetranslate_tools.serving.record import ModelState, ServerRecord
from livetranslate_tools.serving.served import ServedRepository


class Fleet:
    """The models of one life of tritonserver.

    Args:
        plan: what is served.
        repository: the assembled models.
        record: where their states are published.
        api: Triton.
        pool: runs the loads and checks.
        stopping: set when the server ends.
        notify: told about incidents.
    """

    def __init__(
        self,
        plan: ServePlan,
        repository: ServedRepository,
        record: ServerRecord,
        api: TritonApi,
        pool: ThreadPoolExecutor,
        stopping: threading.Event,
        notify: Callable[[str], None],
    ) -> None:
        self._needs = {name: model.needs for name, model in repository.models.items()}
        self._load_timeout_s = plan.timing.load_timeout_s
        self._pool = pool
        self._stopping = stopping
        self._jobs: dict[str, Future[None]] = {}
        self._keepers: dict[str, ModelKeeper] = {}
        for name, model in record.models.items():
            self._keepers[name] = ModelKeeper(
                record=model,
                api=api,
                timing=plan.timing,
                state_folder=plan.state,
                served=plan.served,
                stopping=stopping,
                notify=notify,
            )

    def load_all(self) -> None:
        """Loads every model, each after those it needs; stops at the first failure.

        Raises:
            ServingError: a model failed, or models need each other in a circle.
        """
        order = TopologicalSorter(self._needs)
        try:
            order.prepare()
        except CycleError as error:
            raise ServingError(f"Models need each other in a circle: {' -> '.join(error.args[1])}.") from error
        running: dict[Future[None], str] = {}
        while order.is_active() and not self._stopping.is_set():
            # The llm takes longest by far: the sooner it begins, the sooner all is ready.
            for name in sorted(order.get_ready(), key=lambda name: self._keepers[name].record.backend != "vllm"):
                job = self._pool.submit(self._keepers[name].load, timeout_s=self._load_timeout_s)
                running[job] = name
            done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            for job in done:
                name = running.pop(job)
                self._finish_load(name, job)
                order.done(name)

    def look(self) -> None:
        """Starts a check of every model that is due; raises what a check could not mend (StuckError)."""
        for name, keeper in self._keepers.items():
            job = self._jobs.get(name)
            if job is not None:
                if not job.done():
                    continue
                del self._jobs[name]
                job.result()
            if self._awaits_parts(keeper):
                continue
            if keeper.is_due:
                if keeper.has_lost_process:
                    for called in self._needs[name]:
                        self._keepers[called].suspect()
                self._jobs[name] = self._pool.submit(keeper.check)

    def problems(self) -> list[str]:
        """One phrase for each model that is not ready."""
        sick = (keeper.record for keeper in self._keepers.values())
        return [f"{record.name} is {record.state.value}" for record in sick if record.state is not ModelState.READY]

    def _awaits_parts(self, keeper: ModelKeeper) -> bool:
        """An ensemble cannot be better than its parts: it is looked at again when they are ready."""
        record = keeper.record
        if record.backend != "ensemble":
            return False
        missing = sorted(
            name for name in self._needs[record.name] if self._keepers[name].record.state is not ModelState.READY
        )
        if missing:
            record.enter(ModelState.FAILED, problem=f"It waits for {', '.join(missing)}.")
        return bool(missing)

    def _finish_load(self, name: str, job: Future[None]) -> None:
        try:
            job.result()
        except ServingError as error:
            if not self._stopping.is_set():
                self._keepers[name].record.enter(ModelState.FAILED, problem=str(error))
                raise
