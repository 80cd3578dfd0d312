"""What is done to processes, done to some of the test's own."""

import asyncio
import subprocess
import sys

import psutil
import pytest
from loadtests.faults.ground import Ground, fill
from loadtests.faults.inflictions import FAULTS, kill, slow, stop
from loadtests.faults.server import Server
from loadtests.live.unreliable_network import UnreliableNetwork

from loadtests.faults import inflictions


@pytest.fixture
def process():
    popen = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield psutil.Process(popen.pid)
    popen.kill()
    popen.wait()


@pytest.fixture
def ground(tmp_path):
    return Ground(Server("127.0.0.1:1", "127.0.0.1:2", tmp_path), UnreliableNetwork("127.0.0.1:1"))


async def test_killed(process, ground):
    await kill(lambda _: [process])(ground)
    assert process.wait(timeout=10) == -9


async def test_what_is_gone_already_is_passed_over(process, ground):
    process.kill()
    process.wait()
    await kill(lambda _: [process])(ground)


async def until(process, status):
    while process.status() != status:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("infliction", [stop, slow])
async def test_a_stopped_process_goes_on_when_the_test_is_interrupted(process, ground, infliction):
    task = asyncio.create_task(infliction(lambda _: [process])(ground))
    await until(process, psutil.STATUS_STOPPED)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(process, psutil.STATUS_SLEEPING)


async def test_a_slow_process_runs_again_afterwards(process, ground, monkeypatch):
    monkeypatch.setattr(inflictions, "SLOW_S", 2.0)
    await slow(lambda _: [process])(ground)
    await until(process, psutil.STATUS_SLEEPING)


def test_a_disk_of_others_is_not_filled_and_the_reason_says_so(ground, tmp_path):
    assert "small one of the test's own" in FAULTS["full-disk"].cannot(ground)
    assert "/dev/shm is filled only" in FAULTS["full-shm"].cannot(ground)
    ours = Ground(ground.server, ground.network, small_disk=tmp_path, small_shared_memory=tmp_path)
    assert FAULTS["full-disk"].cannot(ours) is None
    assert FAULTS["kill-triton"].cannot(ground) is None


async def test_filling_without_a_disk_of_our_own_fails(ground):
    with pytest.raises(ValueError, match="not ours alone"):
        await FAULTS["full-disk"].inflict(ground)


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("may not mount here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_has_no_free_byte(small):
    filler = fill(small)
    assert psutil.disk_usage(str(small)).free == 0
    with pytest.raises(OSError, match="No space left"):
        (small / "more").write_bytes(b"x" * 5000)
    filler.unlink()
    (small / "more").write_bytes(b"x" * 5000)


def test_every_fault_is_told_in_words():
    assert all(one.what and name == name.lower() for name, one in FAULTS.items())
    assert len({one.what for one in FAULTS.values()}) == len(FAULTS)
