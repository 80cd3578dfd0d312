"""Real processes: what outlives its owner is ended, and nothing else."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from orphan_guard import MARK, OrphanGuard, marked_processes

BACKEND = Path(sys.modules["orphan_guard"].__file__).parent

# A stub in small: a guard, then a child that ignores SIGTERM as a busy engine does.
OWNER = f'''
import subprocess, sys, time
sys.path.insert(0, {str(BACKEND)!r})
from orphan_guard import OrphanGuard
guard = OrphanGuard(sys.executable)
child = """
import signal, time
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
signal.signal(signal.SIGTERM, signal.SIG_IGN)
memory = SharedMemory(create=True, size=4096)
resource_tracker.unregister(memory._name, "shared_memory")  # as if Python's tracker had been killed too
print(memory.name, flush=True)
time.sleep(60)
"""
engine = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True)
print(engine.pid, engine.stdout.readline(), flush=True)
guard.note_memory()
time.sleep(60)
'''


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def wait_until(condition, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_killed_owner_s_engine_is_ended():
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        pid, memory = owner.stdout.readline().split()
        engine, memory = int(pid), Path("/dev/shm") / memory
        bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        try:
            assert is_running(engine)
            assert memory.exists()
            owner.send_signal(signal.SIGKILL)
            assert wait_until(lambda: not is_running(engine))
            assert is_running(bystander.pid)
            assert wait_until(lambda: not memory.exists())
        finally:
            bystander.kill()
            bystander.wait()


def test_an_engine_that_died_before_its_owner_leaves_no_shared_memory():
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        pid, name = owner.stdout.readline().split()
        memory = Path("/dev/shm") / name
        try:
            time.sleep(1.0)  # a guard needs a moment to look
            os.kill(int(pid), signal.SIGKILL)
            assert wait_until(lambda: not is_running(int(pid)))
            assert memory.exists()
        finally:
            owner.kill()
        assert wait_until(lambda: not memory.exists())


def test_closing_ends_what_is_left_but_not_the_owner(monkeypatch):
    monkeypatch.setenv(MARK, "restored by monkeypatch")
    guard = OrphanGuard(sys.executable)
    owner = os.environ[MARK]
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    assert wait_until(lambda: marked_processes(owner))
    assert marked_processes(owner) == [child.pid]
    guard.close()
    assert child.wait(timeout=10) == -signal.SIGTERM


@pytest.fixture(autouse=True)
def _own_mark(monkeypatch):
    monkeypatch.delenv(MARK, raising=False)
