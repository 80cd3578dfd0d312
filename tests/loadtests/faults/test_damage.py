"""Damage to clocks and files, and which end of a process explains which."""

import random
import subprocess
import sys
import time

import pytest
from loadtests.faults.damaged_cache import DAMAGES
from loadtests.faults.false_clock import compiler, inherited, step
from loadtests.faults.process_watch import TRITON, Ended, incidents

TWICE = (
    "import time; print(time.time(), time.monotonic()); input(); time.sleep(1.5); print(time.time(), time.monotonic())"
)


@pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
def test_a_step_is_seen_by_what_was_started_and_by_nobody_else(tmp_path):
    clock = tmp_path / "clock"
    with inherited(clock):
        process = subprocess.Popen(
            [sys.executable, "-c", TWICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        first = [float(one) for one in process.stdout.readline().split()]
        step(clock, 3600.0)
        rest, _ = process.communicate("\n")
    second = [float(one) for one in rest.split()]
    assert second[0] - first[0] > 3600
    assert second[1] - first[1] < 1800
    assert abs(time.time() - first[0]) < 1800


def test_a_step_is_written_whole(tmp_path):
    clock = tmp_path / "clock"
    step(clock, -60.0)
    assert clock.read_text() == "-60\n"
    assert list(tmp_path.iterdir()) == [clock]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_each_damage_changes_the_folder_and_the_same_seed_does_the_same(damage, tmp_path):
    said = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        file = folder / "model.bin"
        file.write_bytes(bytes(5000))
        said.append(damage(file, random.Random(3)))
        content = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert content != {"model.bin": bytes(5000)}
    assert said[0] == said[1]


def test_tritons_end_explains_those_of_its_stubs():
    ended = [Ended("whisper", 5, 100.0), Ended(TRITON, 4, 100.5), Ended("llm", 6, 102.0), Ended("llm", 9, 200.0)]
    assert incidents(ended) == [ended[1], ended[3]]


def test_without_triton_the_first_is_the_cause():
    ended = [Ended("llm", 6, 11.0), Ended("whisper", 5, 10.0)]
    assert incidents(ended) == [ended[1]]
    assert incidents([]) == []
