"""A clone's ``.venv``: a thin layer over the cached runtime environment, with the checkout installed in it.

The layer is a virtual environment without pip, a path file that adds the cached environment's packages, and an
editable install of the checkout: the ``livetranslate`` command, the entry points and two source folders on the path.
Several clones share the cached packages; Triton's Python stub, led to ``.venv/bin`` by PATH, sees both layers.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from livetranslate_tools.environments import store
from livetranslate_tools.environments.builder import ensure
from livetranslate_tools.environments.checks import check_shared_libraries
from livetranslate_tools.environments.exclusion import locked
from livetranslate_tools.environments.interpreters import OVERRIDE, Interpreter, choose, inspect
from livetranslate_tools.environments.locks import read_lock
from livetranslate_tools.environments.pip import run_logged
from livetranslate_tools.environments.progress import Report, Steps, to_stderr

ENVIRONMENT = "runtime"
STAMP = "livetranslate.json"
# Made by venv itself, or of no use over packages that are shared.
_OWN_SCRIPTS = ("python", "pip", "activate", "Activate")
LAYER = "livetranslate-runtime.pth"


def set_up(checkout: Path, *, report: Report = to_stderr) -> Path:
    """Makes or renews ``.venv`` in a checkout; returns its folder at once if it is as it should be.

    Raises:
        SetupError: with a sentence that says what to do.
    """
    venv = checkout / ".venv"
    if _is_current(venv, checkout):
        return venv
    python = choose(read_lock(ENVIRONMENT).python_versions)
    check_shared_libraries(python)
    runtime = ensure(ENVIRONMENT, report=report, python=python)
    _layer(venv, checkout=checkout, runtime=runtime, python=python, report=report)
    return venv


def _layer(venv: Path, *, checkout: Path, runtime: Path, python: Interpreter, report: Report) -> None:
    steps = Steps("clone", count=2, report=report)
    log = venv.with_name(".venv.log")
    runtime_python = store.python_of(runtime)
    with locked(venv, report=report) as descriptor:

        def run(*command: str | Path) -> None:
            run_logged(command, log=log, say=steps.say, keep_open=descriptor)

        with steps.step(f"layer {venv} over {runtime}"):
            log.unlink(missing_ok=True)
            if venv.exists():
                shutil.rmtree(venv)
            run(python.path, "-m", "venv", "--without-pip", venv)
            _site_packages(venv, python).joinpath(LAYER).write_text(
                f"import site; site.addsitedir({str(_site_packages(runtime, python))!r})\n", encoding="utf-8"
            )
            _add_scripts(venv, runtime=runtime)
        with steps.step("install the checkout in it"):
            # Without isolation and dependencies nothing is downloaded: the layer below has all of it.
            options = ("--no-deps", "--no-build-isolation", "--editable")
            run(runtime_python, "-m", "pip", "--python", store.python_of(venv), "install", *options, checkout)
            stamp = {"runtime": str(runtime), "python": python.version, "inputs": _inputs(checkout)}
            venv.joinpath(STAMP).write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
        log.unlink()


def _add_scripts(venv: Path, *, runtime: Path) -> None:
    """Gives the layer the tools' commands (pytest, mypy, ruff, …), led to the layer's own Python."""
    for script in sorted(store.python_of(runtime).parent.iterdir()):
        if script.name.startswith(_OWN_SCRIPTS):
            continue
        own = store.python_of(venv).with_name(script.name)
        content = script.read_bytes()
        if content.startswith(b"#!"):
            own.write_bytes(content.replace(bytes(store.python_of(runtime)), bytes(store.python_of(venv))))
            own.chmod(script.stat().st_mode)
        else:
            own.symlink_to(script)


def _is_current(venv: Path, checkout: Path) -> bool:
    """Whether the layer was finished for this place, these project files and an environment that is still there."""
    try:
        stamp = json.loads(venv.joinpath(STAMP).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    runtime = Path(stamp["runtime"])
    chosen = os.environ.get(OVERRIDE)
    if chosen:
        # The person may have chosen another Python since.
        found = inspect(chosen)
        if found is None or found.version != stamp["python"]:
            return False
    return (
        stamp["inputs"] == _inputs(checkout)
        and runtime.name == f"{ENVIRONMENT}-py{stamp['python']}-{read_lock(ENVIRONMENT).key}"
        and runtime.parent == store.environments_folder()
        and store.completion_of(runtime) is not None
    )


def _inputs(checkout: Path) -> str:
    """Changes when the checkout moves (scripts hold its path) or its entry points may have changed."""
    return hashlib.sha256(str(checkout).encode() + (checkout / "pyproject.toml").read_bytes()).hexdigest()


def _site_packages(environment: Path, python: Interpreter) -> Path:
    return environment / "lib" / f"python{python.version}" / "site-packages"
