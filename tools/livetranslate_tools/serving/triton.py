"""Which Triton runs here: NVIDIA's own installation, else the one unpacked from a wheel into the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from livetranslate_tools.serving import wheel
from livetranslate_tools.serving.errors import ServingError

NVIDIA_BINARY = Path("/opt/tritonserver/bin/tritonserver")
STUB = "triton_python_backend_stub"
VLLM_BACKEND = Path(__file__).with_name("vllm_backend")


@dataclass(frozen=True)
class TritonInstallation:
    """A Triton that can be started.

    Attributes:
        binary: the server.
        backends: its backend folder, complete as it stands (NVIDIA) or to be completed (wheel).
        caches: folder of response cache implementations.
        libraries: folders for LD_LIBRARY_PATH.
        stub: the Python backend's stub to put beside it; None where the backend folder has its own.
    """

    binary: Path
    backends: Path
    caches: Path
    libraries: tuple[Path, ...] = ()
    stub: Path | None = None

    @property
    def has_vllm(self) -> bool:
        """Whether NVIDIA's vLLM backend (with vLLM in the system's Python) comes with it."""
        return (self.backends / "vllm" / "model.py").is_file()

    @property
    def is_nvidia(self) -> bool:
        """Whether this is an installation of NVIDIA's, not the wheel's."""
        return self.stub is None


def find_installed() -> TritonInstallation | None:
    """NVIDIA's installation: ``$LIVETRANSLATE_TRITON`` (path of the binary), else /opt/tritonserver; None without.

    Raises:
        ServingError: LIVETRANSLATE_TRITON names something that is no executable file.
    """
    named = os.environ.get("LIVETRANSLATE_TRITON")
    binary = Path(named).expanduser().absolute() if named else NVIDIA_BINARY
    if not os.access(binary, os.X_OK) or binary.is_dir():
        if named:
            raise ServingError(f"LIVETRANSLATE_TRITON is {named!r}, which is no executable file; unset or correct it.")
        return None
    root = binary.resolve().parents[1]
    return TritonInstallation(binary, root / "backends", root / "caches", (root / "lib",))


def ensure_triton(cache: Path, *, report: Callable[[str], None]) -> TritonInstallation:
    """NVIDIA's installation where there is one, else the wheel's, fetched when missing.

    Raises:
        ServingError: none is installed and none could be fetched, or it has no stub for this Python.
    """
    installed = find_installed()
    if installed is not None:
        return installed
    root = wheel.ensure_unpacked(cache, report=report)
    server = root / "pytriton" / "tritonserver"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stub = server / "python_backend_stubs" / version / STUB
    if not stub.is_file():
        known = ", ".join(sorted(path.name for path in stub.parents[1].iterdir()))
        raise ServingError(f"Triton's Python backend has no stub for Python {version}; run one of {known}.")
    libraries = (root / "nvidia_pytriton.libs", Path(sysconfig.get_config_var("LIBDIR")))
    return TritonInstallation(server / "bin" / "tritonserver", server / "backends", server / "caches", libraries, stub)


def check_loadable(triton: TritonInstallation, *, environment: dict[str, str]) -> None:
    """Refuses a stub or server whose shared libraries this machine lacks (a static Python has no libpython).

    Raises:
        ServingError: names the missing libraries and the usual remedy.
    """
    for binary in (triton.binary, *((triton.stub,) if triton.stub else ())):
        listed = subprocess.run(
            ["ldd", str(binary)], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        missing = sorted({line.split()[0] for line in listed.stdout.splitlines() if "not found" in line})
        if missing:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise ServingError(
                f"{binary.name} needs {', '.join(missing)}, which this system lacks. On Debian and Ubuntu: "
                f"apt-get install libpython{version} libstdc++6; with pyenv: build Python with --enable-shared."
            )


def assemble_backends(triton: TritonInstallation, target: Path) -> Path:
    """The backend folder to start with: Triton's own when complete, else a copy completed in ``target``.

    The wheel keeps one stub a Python version apart, and neither it nor NVIDIA's plain image has a vLLM backend;
    NVIDIA's folder is not ours to write to, so its backends are linked.
    """
    if triton.is_nvidia and triton.has_vllm:
        return triton.backends
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for backend in triton.backends.iterdir():
        if triton.is_nvidia:
            (fresh / backend.name).symlink_to(backend)
        else:
            shutil.copytree(backend, fresh / backend.name)
    if triton.stub is not None:
        shutil.copy2(triton.stub, fresh / "python" / STUB)
    if not triton.has_vllm and (VLLM_BACKEND / "model.py").is_file():
        shutil.copytree(VLLM_BACKEND, fresh / "vllm", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return target
