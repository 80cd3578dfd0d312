"""One model's health: loaded, proved by a probe, watched, and loaded again when it fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from livetranslate_tools.serving import instance, probes
from livetranslate_tools.serving.backoff import Backoff
from livetranslate_tools.serving.control import TritonApi
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import Timing
from livetranslate_tools.serving.record import ModelRecord, ModelState

UNANSWERED_CALLS = 2
"""Attempts in a row to load a model again that Triton did not answer, after which Triton itself is started again."""


SUSPECT_TIMEOUT_S = 20.0
"""Patience with the probe of a model whose caller has died."""


class StuckError(ServingError):
    """Triton cannot let go of the model any more; only a restart of Triton helps."""


@dataclass
class ModelKeeper:
    """Keeps one model alive. One job at a time runs on it; the supervisor decides when.

    Attributes:
        record: what is published about the model.
        api: Triton.
        timing: pace and patience.
        state_folder: whose processes belong to this server.
        served: the served repository.
        stopping: set when the server ends; failures are no news then.
        notify: told one sentence about each incident.
    """

    record: ModelRecord
    api: TritonApi
    timing: Timing
    state_folder: Path
    served: Path
    stopping: threading.Event
    notify: Callable[[str], None]
    _watched: set[psutil.Process] = field(default_factory=set)
    _verified_s: float = 0.0
    _retry_s: float = 0.0
    _successes: int = 0
    _unanswered: int = 0
    _is_suspect: bool = False
    _backoff: Backoff = field(init=False)

    def __post_init__(self) -> None:
        self._backoff = Backoff(self.timing.backoff_base_s, self.timing.backoff_max_s)

    def load(self, *, timeout_s: float) -> None:
        """Loads the model and proves it; raises ServingError when either fails."""
        started_s = time.monotonic()
        self.record.enter(ModelState.LOADING, problem=self.record.problem)  # why it is loaded again, if it is
        self.api.load(self.record.name, timeout_s=timeout_s)
        self.record.enter(ModelState.PROBING, problem=self.record.problem)
        self._prove()
        self.record.load_s = round(time.monotonic() - started_s, 1)
        self.record.enter(ModelState.READY)

    @property
    def is_due(self) -> bool:
        """Whether it is time to look at the model: its turn, a process of it is gone, or a new attempt."""
        at = time.monotonic()
        if self.record.state is ModelState.FAILED:
            return at >= self._retry_s
        return self._is_suspect or self.has_lost_process or at - self._verified_s >= self.timing.probe_interval_s

    @property
    def has_lost_process(self) -> bool:
        """Whether a process that the model had when it was last proved has ended."""
        return any(not instance.is_alive(process) for process in self._watched)

    def suspect(self) -> None:
        """A model that calls this one has died, perhaps in the middle: this one may wait for it for ever."""
        self._is_suspect = True

    def check(self) -> None:
        """Looks at the model and, when it is broken, loads it again (the more often it failed, the later).

        Raises:
            StuckError: Triton has to be restarted.
        """
        if self.record.state is not ModelState.FAILED:
            problem = self._find_problem()
            if problem is None or self.stopping.is_set():
                return
            self._fail(problem)
        if time.monotonic() >= self._retry_s:
            self._recover()

    def _fail(self, problem: str) -> None:
        wait_s = self._backoff.failed()
        self._retry_s = time.monotonic() + wait_s
        when = f"in {wait_s:g} s" if wait_s else "now"
        problem = f"{problem.rstrip('.')}. It is loaded again {when} (failure {self._backoff.failures} in a row)."
        self.record.enter(ModelState.FAILED, problem=problem)
        self.notify(f"{self.record.name}: {problem}")

    def _find_problem(self) -> str | None:
        """Why the model does not work; None when it does."""
        lost = self.has_lost_process
        suspect, self._is_suspect = self._is_suspect, False
        try:
            if not (lost or suspect) and self.api.successes(self.record.name) > self._successes:
                self._remember()  # it answered others since the last look: no need to trouble it
                return None
        except ServingError:
            lost = True
        timeout_s = min(self.timing.probe_timeout_s, SUSPECT_TIMEOUT_S) if suspect else None
        failure = self._try_to_prove(timeout_s=timeout_s)
        if failure is not None and suspect and not lost:
            return f"It does not answer since a model that calls it died ({failure})."
        if failure is None or lost:
            return failure and f"A process of it has ended and it does not answer ({failure})."
        again = self._try_to_prove()  # one lapse under load is not yet a failure
        return again and f"It failed two probe inferences ({again})."

    def _try_to_prove(self, *, timeout_s: float | None = None) -> str | None:
        try:
            self._prove(timeout_s=timeout_s)
        except ServingError as error:
            return str(error).rstrip(".")
        return None

    def _recover(self) -> None:
        if self.record.backend == "ensemble" and self._try_to_prove() is None:
            self.record.enter(ModelState.READY)  # Triton brought it back together with its parts
            return
        self.record.enter(ModelState.RELOADING, problem=self.record.problem)
        patience_s = max(self.timing.reload_timeout_s, 4 * (self.record.load_s or 0.0))
        started_s = time.monotonic()
        try:
            if self.record.backend != "ensemble":
                self.api.unload(self.record.name, wait_s=0.0 if self.has_lost_process else self.timing.unload_wait_s)
                # vLLM's engine outlives a killed stub, and its memory is needed for the next one.
                instance.end(process for process in self._watched if instance.is_alive(process))
            self.load(timeout_s=patience_s)
        except ServingError as error:
            if self.stopping.is_set():
                return
            # Triton answers at once, even of a model that does not end. When it does not, it holds its own lock: a stub
            # was killed while it waited for another model. Nothing but a restart lets go of it.
            self._unanswered = self._unanswered + 1 if "Deadline Exceeded" in str(error) else 0
            if time.monotonic() - started_s > patience_s or self._unanswered >= UNANSWERED_CALLS:
                raise StuckError(f"Triton cannot load {self.record.name!r} again: {error}") from error
            self._fail(str(error))
            return
        self._unanswered = 0
        self.record.restarts += 1
        self.notify(f"{self.record.name}: ready again after {self.record.load_s:g} s.")

    def _prove(self, *, timeout_s: float | None = None) -> None:
        name = self.record.name
        versions = self.api.ready_versions(name)
        if not versions:
            raise ServingError(f"Triton has no version of {name!r} ready.")
        if self.record.backend != "ensemble":
            for version in versions:
                device = probes.run(probes.Probe(self.api, name, version, timeout_s or self.timing.probe_timeout_s))
                self.record.device = device or self.record.device
        elif not self.api.is_ready(name):
            raise ServingError(f"Triton does not have the ensemble {name!r} ready.")
        self.record.versions = versions
        self._remember()

    def _remember(self) -> None:
        self._verified_s = time.monotonic()
        self._successes = self.api.successes(self.record.name)
        ours = instance.processes(self.state_folder)
        self._watched = instance.model_processes(ours, self.served).get(self.record.name, set())
