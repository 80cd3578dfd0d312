"""Builds an environment into the cache, once, however many ask for it at the same time."""

from __future__ import annotations

import errno
from pathlib import Path

from livetranslate_tools.environments import checks, store
from livetranslate_tools.environments.errors import BuildError
from livetranslate_tools.environments.exclusion import locked
from livetranslate_tools.environments.interpreters import Interpreter, running
from livetranslate_tools.environments.locks import Lock, read_lock
from livetranslate_tools.environments.pip import run_logged
from livetranslate_tools.environments.progress import Report, Steps, to_stderr
from livetranslate_tools.environments.specs import EnvironmentSpec, spec_of


def ensure(name: str, *, report: Report = to_stderr, python: Interpreter | None = None) -> Path:
    """The environment called ``name``, built first if it is not in the cache.

    Args:
        name: ``runtime``, ``vllm`` or ``convert``.
        report: gets one line a step.
        python: the Python to build with; the running one unless given.

    Raises:
        SetupError: with a sentence that says what to do.
    """
    spec = spec_of(name)
    lock = read_lock(name)
    python = python or running()
    folder = store.folder_of(lock, python)
    if store.completion_of(folder) is not None:
        return folder
    purpose = f"The environment {name!r}"
    checks.check_python(python, lock.python_versions, purpose=purpose)
    checks.check_free_space(folder, spec.free_bytes_needed, purpose=purpose)
    try:
        with locked(folder, report=report) as descriptor:
            # Another builder may have finished it while this one waited.
            if store.completion_of(folder) is None:
                _build(folder, spec=spec, lock=lock, python=python, report=report, descriptor=descriptor)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BuildError(f"The disk of {folder} is full: free some space and start again.") from error
        raise BuildError(f"{purpose} could not be built in {folder}: {error}.") from error
    return folder


def remove(name: str, *, stale_only: bool = False, report: Report = to_stderr) -> int:
    """Deletes the environments called ``name`` from the cache; returns the bytes that were freed.

    Args:
        name: ``runtime``, ``vllm`` or ``convert``.
        stale_only: keep those that belong to the present lock file.
        report: gets a line for each deleted folder.

    Raises:
        SetupError: there is no such environment, or it cannot be deleted.
    """
    key = read_lock(spec_of(name).name).key
    freed_bytes = 0
    for folder in sorted(store.environments_folder().glob(f"{name}-py*-*/")):
        if stale_only and folder.name.endswith(key):
            continue
        try:
            with locked(folder, report=report):
                completion = store.completion_of(folder)
                freed_bytes += completion.size_bytes if completion else store.size_bytes(folder)
                store.delete(folder)
                store.log_of(folder).unlink(missing_ok=True)
        except OSError as error:
            raise BuildError(f"{folder} could not be deleted: {error}; delete it by hand.") from error
        report(f"Removed {folder}")
    return freed_bytes


def _build(
    folder: Path, *, spec: EnvironmentSpec, lock: Lock, python: Interpreter, report: Report, descriptor: int
) -> None:
    log = store.log_of(folder)
    log.unlink(missing_ok=True)
    own_python = store.python_of(folder)
    # Three tries at least, whatever pip is set to: without a retry some versions do not say that the network failed.
    pip_install = (own_python, "-m", "pip", "install", "--retries", "3")
    steps = Steps(spec.name, count=3 + len(spec.installed_first), report=report)

    def run(*command: str | Path) -> None:
        run_logged(command, log=log, say=steps.say, keep_open=descriptor)

    steps.say(f"building {folder} (log: {log})")
    with steps.step(f"make a virtual environment of {python.path}"):
        if folder.exists():
            # Left by a build that was killed: nothing in it can be trusted.
            store.delete(folder)
        run(python.path, "-m", "venv", folder)
    for distribution in spec.installed_first:
        with steps.step(f"install {lock.pinned(distribution)} with what it needs on this machine"):
            run(*pip_install, "--constraint", lock.path, lock.pinned(distribution))
    with steps.step("install the packages of the lock file"):
        # The lock is complete; pip's resolver would refuse the versions that the stub needs.
        run(*pip_install, "--no-deps", "--requirement", lock.path)
        if spec.excluded:
            run(own_python, "-m", "pip", "uninstall", "--yes", *spec.excluded)
    with steps.step("try the finished environment"):
        if spec.serves_a_stub:
            checks.check_numpy(own_python)
        run(own_python, "-c", "\n".join(spec.smoke_test))
        store.mark_complete(folder, name=spec.name, python=python)
