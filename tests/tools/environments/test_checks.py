"""Each preflight check passes where it should and refuses with a sentence that says what to do."""

from __future__ import annotations

import dataclasses
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from livetranslate_tools.environments import PreflightError, interpreters
from livetranslate_tools.environments.checks import (
    check_free_space,
    check_numpy,
    check_port_free,
    check_python,
    check_shared_libraries,
    check_shared_memory,
)

TIB = 1 << 40


def test_python_of_the_lock_passes() -> None:
    running = interpreters.running()
    check_python(running, [running.version], purpose="The environment 'vllm'")


def test_wrong_python_is_told_with_the_way_to_choose_another() -> None:
    with pytest.raises(PreflightError, match=r"'vllm' needs Python 3\.7.*LIVETRANSLATE_PYTHON=/path/to/python3\.7"):
        check_python(interpreters.running(), ["3.7"], purpose="The environment 'vllm'")


def test_python_without_venv_is_told_with_the_debian_package() -> None:
    bare = dataclasses.replace(interpreters.running(), has_venv=False)
    with pytest.raises(PreflightError, match="apt-get install python3-venv"):
        check_python(bare, [bare.version], purpose="The environment 'runtime'")


def test_shared_libraries_of_this_machine_pass() -> None:
    check_shared_libraries(interpreters.running())


def test_python_without_its_shared_library_is_told_with_the_debian_package(tmp_path: Path) -> None:
    static = dataclasses.replace(interpreters.running(), version="3.99", library_folder=tmp_path)
    with pytest.raises(PreflightError, match=r"libpython3\.99\.so\.1\.0.*apt-get install libpython3\.99\)"):
        check_shared_libraries(static)


def test_free_space_passes_for_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    check_free_space(tmp_path / "cache" / "envs", 1, purpose="The environment 'runtime'")


def test_full_disk_is_told_with_both_figures(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match=r"'vllm' needs 1,048,576,000 MiB free, but the disk of .* has [\d,]+ MiB"):
        check_free_space(tmp_path, 1000 * TIB, purpose="The environment 'vllm'")


def test_folder_that_cannot_be_written_is_told() -> None:
    with pytest.raises(PreflightError, match=r"/proc/self/\w+ cannot be written|/proc/self cannot be written"):
        check_free_space(Path("/proc/self/cache"), 1, purpose="The environment 'runtime'")


def test_shared_memory_of_this_machine_passes() -> None:
    check_shared_memory(1)


def test_small_shared_memory_is_told_with_the_remedy() -> None:
    with pytest.raises(
        PreflightError, match=r"needs 1,048,576,000 MiB.*mount -o remount,size=1G /dev/shm.*--shm-size=1g"
    ):
        check_shared_memory(1000 * TIB)


def test_missing_shared_memory_is_told(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="does not exist"):
        check_shared_memory(1, folder=tmp_path / "shm")


def test_taken_port_is_told_with_the_option_that_chooses_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(PreflightError, match=rf"Port {port} on 127\.0\.0\.1 cannot be used.*--grpc-port"):
            check_port_free(port, option="--grpc-port")
    check_port_free(port)


def test_number_that_is_no_port_is_refused() -> None:
    with pytest.raises(PreflightError, match=r"70000 is no TCP port \(0 to 65535\)"):
        check_port_free(70_000)


def test_numpy_1_passes() -> None:
    check_numpy(Path(sys.executable))


def test_numpy_2_and_missing_numpy_are_refused(tmp_path: Path) -> None:
    """A bare virtual environment first has no numpy, then one that says it is 2.4.6."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path)], check=True)
    python = tmp_path / "bin" / "python"
    with pytest.raises(PreflightError, match="has no working numpy"):
        check_numpy(python)
    packages = next((tmp_path / "lib").glob("python3.*")) / "site-packages"
    (packages / "numpy.py").write_text("__version__ = '2.4.6'\n")
    with pytest.raises(
        PreflightError, match=r"has numpy 2\.4\.6, with which this Triton's Python backend corrupts text"
    ):
        check_numpy(python)
