import mmap
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from livetranslate_tools.serving import instance, shared_memory


def start_marked(state, program="import time; time.sleep(60)"):
    environment = {**os.environ, instance.MARK: str(state)}
    return subprocess.Popen([sys.executable, "-c", program], env=environment)


@pytest.fixture
def marked(tmp_path):
    process = start_marked(tmp_path)
    yield process
    process.kill()
    process.wait()


def wait_for(condition):
    deadline_s = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert condition()


def test_only_processes_with_this_servers_mark_are_found(tmp_path, marked):
    other = start_marked(tmp_path / "other")
    try:
        wait_for(lambda: [process.pid for process in instance.processes(tmp_path)] == [marked.pid])
    finally:
        other.kill()
        other.wait()


def test_a_process_that_ignores_sigterm_is_ended_all_the_same(tmp_path):
    stubborn = start_marked(
        tmp_path,
        "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)",
    )
    time.sleep(0.5)
    wait_for(lambda: bool(instance.processes(tmp_path)))
    assert instance.end(instance.processes(tmp_path), grace_s=0.5) == 1
    stubborn.wait(10)
    assert instance.processes(tmp_path) == []


def test_leftover_shared_memory_goes_and_mapped_or_foreign_memory_stays(tmp_path):
    prefix = instance.shared_memory_prefix(tmp_path)
    leftover, used, foreign = (shared_memory.FOLDER / name for name in (f"{prefix}a", f"{prefix}b", f"x{prefix}c"))
    known = shared_memory.FOLDER / f"psm_{tmp_path.name}"
    try:
        for path in (leftover, used, foreign, known):
            path.write_bytes(b"\0" * 4096)
        with used.open("r+b") as file, mmap.mmap(file.fileno(), 4096):
            assert shared_memory.remove_leftovers(prefix=prefix, known=[known.name]) == sorted(
                [leftover.name, known.name]
            )
        assert used.exists()
        assert foreign.exists()
    finally:
        for path in (leftover, used, foreign, known):
            path.unlink(missing_ok=True)


def test_two_state_folders_have_different_regions():
    assert instance.shared_memory_prefix(Path("/a")) != instance.shared_memory_prefix(Path("/b"))
