import os
import subprocess
import sys
import time

from loadtests.processes import Meter, all_together, by_model

BUSY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\ntime.sleep(1.2)"


def test_the_cpu_time_of_descendants_is_counted_even_of_those_that_have_ended() -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
    with Meter(os.getpid(), all_together) as meter:
        subprocess.run([sys.executable, "-c", code], check=True)
    assert meter.cpu_s["server"] > 0.25
    assert meter.peak_bytes["server"] > meter.before_bytes["server"]


class Process:
    """As much of a process as the grouping reads."""

    def __init__(self, *command: str) -> None:
        self.command = list(command)

    def cmdline(self) -> list[str]:
        return self.command


def test_what_runs_below_a_models_stub_belongs_to_the_model() -> None:
    triton = Process("/opt/tritonserver/bin/tritonserver", "--model-repository=/served")
    stub = Process("/backends/python/triton_python_backend_stub", "/served/llm/1/model.py", "key")
    engine = Process("VLLM::EngineCore")
    assert by_model([engine, stub, triton]) == "llm"  # type: ignore[list-item]
    assert by_model([triton]) == "server"  # type: ignore[list-item]


def test_cpu_time_can_be_read_for_a_part_of_the_run() -> None:
    with Meter(os.getpid(), all_together) as meter:
        time.sleep(1.2)
        quiet_until = time.monotonic() - 0.6
        subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert meter.cpu_until(quiet_until)["server"] < meter.cpu_until(time.monotonic())["server"] == meter.cpu_s["server"]
