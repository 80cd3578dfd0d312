"""One server's life: clean up, assemble, start Triton, load and prove the models, watch over them, end in order."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import psutil
from filelock import FileLock, Timeout

from livetranslate.protocol.model_calls import INTERNAL_PARAMETER
from livetranslate_tools.serving import instance, shared_memory, tenancy, tls
from livetranslate_tools.serving.admin_key import admin_key, grpc_headers
from livetranslate_tools.serving.backoff import Backoff
from livetranslate_tools.serving.control import TritonApi
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.fleet import Fleet
from livetranslate_tools.serving.launcher import TritonProcess, tail, triton_log
from livetranslate_tools.serving.plan import ServePlan
from livetranslate_tools.serving.record import ModelState, ServerRecord, ServerState, read
from livetranslate_tools.serving.served import ServedRepository, assemble

START_TIMEOUT_S = 60.0
SNAPSHOT_INTERVAL_S = 30.0


class Supervisor:
    """Owns tritonserver for one state folder; a second one is refused.

    Args:
        plan: what to serve.
        notify: told one sentence about each incident (the supervisor's log).
    """

    def __init__(self, plan: ServePlan, *, notify: Callable[[str], None]) -> None:
        self._plan = plan
        self._notify = notify
        self._stopping = threading.Event()
        self._is_record_stuck = False
        self._record = ServerRecord.of_this_process(profile=plan.profile, ports=plan.ports)
        self._record.log = str(triton_log(plan))
        self._backoff = Backoff(plan.timing.backoff_base_s, plan.timing.backoff_max_s)
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="keeper")
        self._owner = psutil.Process(plan.owner_pid) if plan.owner_pid else None
        self._snapshot_s = 0.0
        self._was_ready = False

    def run(self) -> None:
        """Serves until SIGTERM or SIGINT, or until the owner is gone.

        Raises:
            ServingError: the server could not be brought up, or another one uses this state folder.
        """
        self._plan.state.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(self._plan.state / "serve.lock", timeout=0).acquire()
        except Timeout:
            raise ServingError(
                f"A server already runs from {self._plan.state}; 'livetranslate stop' ends it."
            ) from None
        with lock:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self._stopping.set())
            problem: str | None = "The supervisor failed; its log says where."
            try:
                self._serve()
                problem = None
            except ServingError as error:
                problem = str(error)
                raise
            finally:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._record.triton_pid = None
                self._note("server_stopped", problem=problem)
                self._enter(ServerState.FAILED if problem else ServerState.STOPPED, problem=problem)

    def _serve(self) -> None:
        previous = read(self._plan.state)
        self._clean_up(previous.shared_memory if previous else ())
        self._enter(ServerState.PREPARING)
        repository = assemble(self._plan, report=self._notify)
        self._record.models = repository.records()
        self._record.triton = str(repository.triton.binary)
        while not self._stopping.is_set():
            process = TritonProcess.start(repository.triton, self._plan, backends=repository.backends)
            self._record.triton_pid = process.popen.pid
            api = TritonApi(
                self._plan.ports.grpc_url,
                headers=grpc_headers(admin_key(self._plan.state)),
                inference_headers={INTERNAL_PARAMETER: tenancy.internal_key(self._plan.state)},
                channel=tls.client_options(self._plan.ports.tls) if self._plan.ports.tls else None,
            )
            failure: ServingError | None = None
            try:
                self._serve_once(process, api, repository)
            except ServingError as error:
                failure = error
            finally:
                self._end(process, api)
            if failure is not None and not self._was_ready:
                raise failure  # what never worked is the operator's to mend, not ours to try for ever
            if failure is not None:
                self._await_restart(str(failure))

    def _serve_once(self, process: TritonProcess, api: TritonApi, repository: ServedRepository) -> None:
        """One life of tritonserver; returns when the server is to stop, raises when Triton failed."""
        self._enter(ServerState.RESTARTING if self._was_ready else ServerState.LOADING, problem=self._record.problem)
        self._await_live(process, api)
        self._record.triton_version = api.version()
        fleet = Fleet(self._plan, repository, self._record, api, self._pool, self._stopping, self._notify)
        loading: Future[None] = self._pool.submit(fleet.load_all)
        while not loading.done():
            self._tick(process)
        if self._stopping.is_set():
            return
        loading.result()
        self._record.restarts += 1 if self._was_ready else 0
        self._was_ready = True
        self._notify(f"Ready: {', '.join(self._record.models)}.")
        self._note("server_ready", models={name: list(model.versions) for name, model in self._record.models.items()})
        while not self._stopping.is_set():
            self._tick(process)
            fleet.look()
            sick = fleet.problems()
            self._enter(
                ServerState.DEGRADED if sick else ServerState.READY, problem="; ".join(sick) or None, write=False
            )

    def _tick(self, process: TritonProcess) -> None:
        """Waits a moment, publishes the record, and notices Triton's and the owner's end."""
        self._stopping.wait(self._plan.timing.tick_s)
        if time.monotonic() - self._snapshot_s > SNAPSHOT_INTERVAL_S:
            self._snapshot_s = time.monotonic()
            mapped = shared_memory.mapped(instance.processes(self._plan.state))
            self._record.shared_memory = tuple(sorted(mapped))
        self._publish()
        if self._owner is not None and not self._owner.is_running():
            self._notify("The terminal that started this server is gone: stopping.")
            self._stopping.set()
        if process.ended and not self._stopping.is_set():
            raise ServingError(f"{process.describe_end()}.\nIts last words ({process.log}):\n{tail(process.log)}")

    def _await_live(self, process: TritonProcess, api: TritonApi) -> None:
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while not self._stopping.is_set() and not api.is_live():
            self._tick(process)
            if time.monotonic() > deadline_s:
                raise ServingError(f"Triton did not answer within {START_TIMEOUT_S:g} s; see {process.log}.")

    def _await_restart(self, problem: str) -> None:
        wait_s = self._backoff.failed()
        when = f"in {wait_s:g} s" if wait_s else "now"
        self._notify(f"{problem}\nTriton is started again {when}.")
        for model in self._record.models.values():
            model.enter(ModelState.WAITING)
        reason = problem.splitlines()[0].rstrip(".:")
        self._enter(ServerState.RESTARTING, problem=f"{reason}. Triton is started again {when}.")
        self._stopping.wait(wait_s)

    def _end(self, process: TritonProcess, api: TritonApi) -> None:
        """Ends Triton in order (it drains), then whatever of ours is left."""
        if self._stopping.is_set():
            self._enter(ServerState.STOPPING)
        if not process.ended and not process.terminate(kill_after_s=self._plan.timing.kill_after_s):
            self._notify(f"Triton did not end within {self._plan.timing.kill_after_s:g} s and was killed.")
        api.close()
        self._clean_up(self._record.shared_memory)

    def _clean_up(self, known_shared_memory: tuple[str, ...]) -> None:
        known = set(known_shared_memory)
        orphans = instance.processes(self._plan.state)
        known |= shared_memory.mapped(orphans)
        if ended := instance.end(orphans):
            self._notify(f"Ended {ended} left-over process(es) of this server.")
        prefix = instance.shared_memory_prefix(self._plan.state)
        if removed := shared_memory.remove_leftovers(prefix=prefix, known=known):
            self._notify(f"Removed {len(removed)} left-over region(s) from {shared_memory.FOLDER}.")

    def _note(self, action: str, **facts: object) -> None:
        """For the audit log; that it cannot be written is told, and stops no server."""
        try:
            tenancy.note(self._plan.state, action, **facts)
        except ServingError as error:
            self._notify(str(error))

    def _enter(self, state: ServerState, *, problem: str | None = None, write: bool = True) -> None:
        self._record.enter(state, problem=problem)
        if write:
            self._publish()

    def _publish(self) -> None:
        """Writes the record. On a full disk it grows old, which is told once; serving goes on."""
        try:
            self._record.write(self._plan.state)
        except OSError as error:
            if not self._is_record_stuck:
                self._notify(f"The state in {self._plan.state} cannot be written and grows old: {error}.")
            self._is_record_stuck = True
        else:
            self._is_record_stuck = False
