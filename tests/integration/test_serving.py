"""A real Triton with tiny models: started, looked at, hurt in every way, and ended. No engine is needed for it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
import typer
from tests.tools.serving.echo_models import write_ensemble, write_model
from tritonclient import grpc as triton_grpc
from typer.testing import CliRunner

from livetranslate_tools.cli import register
from livetranslate_tools.models.progress import Reporter
from livetranslate_tools.serving import instance, lifecycle, shared_memory, status
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import Timing
from livetranslate_tools.serving.prepare import ServeRequest, free_ports, prepare
from livetranslate_tools.serving.record import ModelState, ServerState, read

pytestmark = pytest.mark.integration

TIMING = Timing(tick_s=0.3, probe_interval_s=5.0, drain_s=4, kill_after_s=10.0, backoff_base_s=1.0)


@pytest.fixture
def source(tmp_path):
    repository = tmp_path / "source" / "models"
    write_model(repository, "ears")
    write_model(repository, "mouth")
    write_ensemble(repository, "head", ["ears", "mouth"])
    return repository


@pytest.fixture
def plan(source, tmp_path):
    request = ServeRequest(state=tmp_path / "state", ports=free_ports(), sources=(source,))
    return msgspec.structs.replace(prepare(request, report=print, progress=Reporter()), timing=TIMING)


@pytest.fixture
def running(plan):
    server = lifecycle.start(plan, owned=True)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def wait_until(condition, *, timeout_s=60):
    deadline_s = time.monotonic() + timeout_s
    while not (met := condition()) and time.monotonic() < deadline_s:
        time.sleep(0.2)
    assert met


def is_ready(server, **model_restarts):
    record = server.record()
    return record.state is ServerState.READY and all(
        record.models[name].restarts == count for name, count in model_restarts.items()
    )


def echo(server, text, *, model="head"):
    client = triton_grpc.InferenceServerClient(server.plan.ports.grpc_url)
    tensor = triton_grpc.InferInput("X", [1], "BYTES")
    tensor.set_data_from_numpy(np.array([text.encode()], dtype=np.object_))
    return client.infer(model, [tensor], client_timeout=20).as_numpy("Y")[0].decode()


def processes_of(server, model):
    return instance.model_processes(instance.processes(server.plan.state), server.plan.served)[model]


def nothing_is_left(plan):
    prefix = instance.shared_memory_prefix(plan.state)
    return not instance.processes(plan.state) and not list(shared_memory.FOLDER.glob(f"{prefix}*"))


def command(*arguments):
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_every_model_has_answered_before_the_server_is_called_ready(running):
    record = running.record()
    assert {name: model.state for name, model in record.models.items()} == dict.fromkeys(
        ("ears", "head", "mouth"), ModelState.READY
    )
    assert record.models["ears"].versions == ("1",)
    assert echo(running, "häns") == "häns"


def test_status_says_so_and_ends_with_zero_only_then(running, plan):
    answer = command("status", "--json", "--state-dir", plan.state)
    fields = msgspec.json.decode(answer.stdout)
    assert answer.exit_code == 0
    assert fields["ready"] is True
    assert fields["ports"] == msgspec.to_builtins(plan.ports)
    assert fields["memory_bytes"] > 20 << 20
    table = command("status", "--state-dir", plan.state)
    assert "mouth" in table.stdout
    running.stop()
    assert command("status", "--state-dir", plan.state).exit_code == 1


def test_loading_an_ensemble_does_not_load_its_parts_twice(running):
    loads = running.plan.logs.joinpath("triton.log").read_text().count("successfully loaded 'ears'")
    assert loads == 1


def test_a_second_server_on_the_same_state_folder_is_refused(running, plan):
    with pytest.raises(ServingError, match="already runs"):
        lifecycle.start(plan)
    assert echo(running, "still here") == "still here"


def test_a_taken_port_is_a_sentence(running, plan):
    answer = command("serve", "--state-dir", plan.state.with_name("other"), "--grpc-port", plan.ports.grpc)
    assert answer.exit_code == 1
    assert f"{plan.ports.grpc}" in answer.output
    assert "--grpc-port" in answer.output


def test_a_killed_stub_is_noticed_and_its_model_loaded_again_with_what_depends_on_it(running):
    before = processes_of(running, "ears")
    stub = next(process for process in before if process.name().startswith("triton_python"))
    assert len(before) == 2
    stub.kill()
    wait_until(lambda: is_ready(running, ears=1))
    assert echo(running, "again") == "again"
    assert not any(instance.is_alive(process) for process in before), "the engine of the killed stub was left behind"
    assert running.record().restarts == 0


def test_a_model_that_fails_again_and_again_is_tried_ever_more_rarely_and_named(running, tmp_path):
    (tmp_path / "source" / "broken").touch()
    for process in processes_of(running, "ears"):
        process.kill()
    wait_until(lambda: "failure 3 in a row" in (running.record().models["ears"].problem or ""))
    found = status.look(running.plan.state)
    assert not found.ready
    assert "ears" in found.problem
    assert "told to fail" in running.record().models["ears"].problem
    assert echo(running, "others go on", model="mouth") == "others go on"
    (tmp_path / "source" / "broken").unlink()
    wait_until(lambda: is_ready(running, ears=1))
    assert echo(running, "well again") == "well again"


def test_a_killed_triton_is_started_again(running):
    os.kill(running.record().triton_pid, signal.SIGKILL)
    wait_until(lambda: running.record().restarts == 1 and is_ready(running))
    assert echo(running, "back") == "back"


def test_a_killed_supervisor_leaves_a_server_that_status_tells_of_and_stop_ends(plan):
    server = lifecycle.start(plan, owned=True)
    server.wait_until_ready()
    server.supervisor.kill()
    server.supervisor.wait()
    found = status.look(plan.state)
    assert (found.ready, found.running, found.supervised) == (False, True, False)
    assert "unsupervised" in found.problem
    assert lifecycle.stop(plan.state) is True
    assert nothing_is_left(plan)


def test_a_start_after_a_crash_cleans_up_first(plan):
    crashed = lifecycle.start(plan, owned=True)
    crashed.wait_until_ready()
    left = instance.processes(plan.state)
    crashed.supervisor.kill()
    crashed.supervisor.wait()
    server = lifecycle.start(plan, owned=True)
    try:
        server.wait_until_ready()
        assert not any(instance.is_alive(process) for process in left)
        assert echo(server, "anew") == "anew"
    finally:
        server.stop()
    assert nothing_is_left(plan)


def test_stop_ends_everything_even_with_an_open_stream(plan):
    server = lifecycle.start(plan, owned=True)
    server.wait_until_ready()
    client = triton_grpc.InferenceServerClient(plan.ports.grpc_url)
    client.start_stream(lambda result, error: None)
    tensor = triton_grpc.InferInput("X", [1], "BYTES")
    tensor.set_data_from_numpy(np.array([b"open"], dtype=np.object_))
    client.async_stream_infer("ears", [tensor])
    server.stop()
    assert server.supervisor.returncode == 0
    assert nothing_is_left(plan)
    assert read(plan.state).state is ServerState.STOPPED
    client.stop_stream(cancel_requests=True)


def test_the_server_of_a_terminal_ends_with_it(plan, tmp_path):
    """The owner is killed, as a closed terminal would: it has no chance to clean up."""
    plan.write()
    program = (
        "import sys, time; from pathlib import Path; from livetranslate_tools.serving import lifecycle;"
        "from livetranslate_tools.serving.plan import ServePlan;"
        "server = lifecycle.start(ServePlan.read(Path(sys.argv[1])), owned=True); server.wait_until_ready();"
        "print('ready', flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program, str(plan.file)], stdout=subprocess.PIPE, cwd=Path.cwd())
    assert owner.stdout.readline() == b"ready\n"
    supervisor = psutil.Process(read(plan.state).supervisor_pid)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    psutil.wait_procs([supervisor], timeout=30)
    assert nothing_is_left(plan)


def test_a_model_that_cannot_load_ends_the_start_with_its_reason_and_leaves_nothing(plan, tmp_path):
    (tmp_path / "source" / "broken").touch()
    server = lifecycle.start(plan, owned=True)
    with pytest.raises(ServingError, match="told to fail"):
        server.wait_until_ready()
    server.supervisor.wait()
    assert nothing_is_left(plan)
    assert "told to fail" in status.look(plan.state).problem
