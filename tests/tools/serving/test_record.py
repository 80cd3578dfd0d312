from pathlib import Path

import msgspec
import psutil
import pytest

from livetranslate_tools.serving import lifecycle, record, status
from livetranslate_tools.serving.backoff import Backoff
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import Ports, Profile, ServePlan
from livetranslate_tools.serving.record import ModelRecord, ModelState, ServerRecord, ServerState, read
from livetranslate_tools.serving.supervisor import Supervisor


def written(folder, **changes):
    kept = ServerRecord.of_this_process(profile=Profile.CPU, ports=Ports())
    for name, value in changes.items():
        setattr(kept, name, value)
    kept.write(folder)
    return kept


def test_a_record_is_read_as_it_was_written(tmp_path):
    kept = written(tmp_path, models={"llm": ModelRecord("llm", "vllm", ("1",), ModelState.READY)})
    assert record.read(tmp_path) == kept
    assert kept.is_supervised
    assert [path.name for path in tmp_path.iterdir()] == [record.FILE_NAME]


def test_another_process_with_the_same_number_is_no_supervisor(tmp_path):
    kept = written(tmp_path, supervisor_started_s=psutil.Process().create_time() - 3600)
    assert not kept.is_supervised


def test_nothing_served_yet_is_not_ready(tmp_path):
    found = status.look(tmp_path)
    assert (found.ready, found.running) == (False, False)
    assert "livetranslate serve" in found.problem


def test_a_record_left_by_a_crash_is_told_from_a_running_server(tmp_path):
    written(tmp_path, supervisor_started_s=0.0, state=ServerState.READY)
    found = status.look(tmp_path)
    assert (found.ready, found.running, found.supervised) == (False, False, False)
    assert "ended without saying so" in found.problem
    assert lifecycle.stop(tmp_path) is False
    assert record.read(tmp_path).state is ServerState.STOPPED


def test_why_a_start_failed_is_still_said_afterwards(tmp_path):
    written(tmp_path, state=ServerState.FAILED, problem="Model 'llm' could not be loaded.")
    assert "Model 'llm' could not be loaded." in status.look(tmp_path).problem


def test_a_second_server_on_one_state_folder_is_refused(tmp_path):
    written(tmp_path, state=ServerState.READY)
    with pytest.raises(ServingError, match="already runs"):
        lifecycle.refuse_second(tmp_path)


def test_the_json_status_carries_ports_and_models(tmp_path):
    written(tmp_path, state=ServerState.FAILED, models={"llm": ModelRecord("llm", "vllm")})
    fields = msgspec.json.decode(status.look(tmp_path).as_json())
    assert fields["ready"] is False
    assert fields["ports"] == {"http": 8000, "grpc": 8001, "metrics": 8002, "address": "127.0.0.1", "tls": None}
    assert fields["grpc_url"] == "127.0.0.1:8001"
    assert fields["models"]["llm"]["state"] == "waiting"


def test_a_server_on_every_address_is_reached_over_loopback():
    assert Ports(address="0.0.0.0").grpc_url == "127.0.0.1:8001"
    assert Ports(address="10.0.0.7").http_url == "http://10.0.0.7:8000"


def test_a_plan_is_read_as_it_was_written(tmp_path):
    plan = ServePlan(tmp_path, tmp_path / "cache", (tmp_path / "models",), {"vllm": tmp_path / "env", "system": None})
    plan.write()
    assert ServePlan.read(plan.file) == plan


def test_waits_double_up_to_the_limit():
    backoff = Backoff(base_s=2.0, max_s=10.0)
    assert [backoff.failed() for _ in range(5)] == [0.0, 2.0, 4.0, 8.0, 10.0]


def test_a_quiet_time_forgives():
    backoff = Backoff(base_s=2.0, max_s=10.0, quiet_s=-100.0)
    assert [backoff.failed() for _ in range(3)] == [0.0, 0.0, 0.0]


def test_a_full_disk_leaves_the_old_record_and_the_supervisor_at_work(tmp_path, monkeypatch):
    told = []
    plan = ServePlan(state=tmp_path, cache=tmp_path, sources=(), environments={})
    supervisor = Supervisor(plan, notify=told.append)
    supervisor._enter(ServerState.LOADING)
    before = (tmp_path / "server.json").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    supervisor._enter(ServerState.READY)
    supervisor._enter(ServerState.DEGRADED)
    assert len(told) == 1
    assert "No space left" in told[0]
    assert (tmp_path / "server.json").read_bytes() == before
    monkeypatch.undo()
    supervisor._enter(ServerState.READY)
    assert read(tmp_path).state is ServerState.READY
    assert [file.name for file in tmp_path.iterdir()] == ["server.json"]
