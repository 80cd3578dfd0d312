import os
import zipfile

import pytest

from livetranslate_tools.serving import triton, wheel
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.launcher import command_line, environment, tail
from livetranslate_tools.serving.plan import ServePlan


@pytest.fixture
def nvidia(tmp_path, monkeypatch):
    """An installation laid out like NVIDIA's image, without a vLLM backend."""
    root = tmp_path / "tritonserver"
    for folder in ("bin", "lib", "caches", "backends/python"):
        (root / folder).mkdir(parents=True)
    binary = root / "bin" / "tritonserver"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o755)
    (root / "backends" / "python" / triton.STUB).write_text("stub")
    monkeypatch.setenv("LIVETRANSLATE_TRITON", str(binary))
    return root


def test_an_installed_triton_is_used_and_never_fetched(nvidia, tmp_path):
    found = triton.ensure_triton(tmp_path / "cache", report=pytest.fail)
    assert found.binary == nvidia / "bin" / "tritonserver"
    assert found.is_nvidia
    assert not (tmp_path / "cache").exists()


def test_our_vllm_backend_stands_in_where_the_installation_has_none(nvidia, tmp_path):
    found = triton.ensure_triton(tmp_path / "cache", report=pytest.fail)
    folder = triton.assemble_backends(found, tmp_path / "backends")
    assert (folder / "python" / triton.STUB).read_text() == "stub"
    assert (folder / "vllm" / "model.py").is_file()
    assert not (nvidia / "backends" / "vllm").exists()


def test_nvidias_own_vllm_backend_is_left_alone(nvidia, tmp_path):
    (nvidia / "backends" / "vllm").mkdir()
    (nvidia / "backends" / "vllm" / "model.py").write_text("")
    found = triton.ensure_triton(tmp_path / "cache", report=pytest.fail)
    assert found.has_vllm
    assert triton.assemble_backends(found, tmp_path / "backends") == nvidia / "backends"


def test_a_wrong_path_in_the_variable_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("LIVETRANSLATE_TRITON", str(tmp_path / "nothing"))
    with pytest.raises(ServingError, match="LIVETRANSLATE_TRITON"):
        triton.find_installed()


def test_bytes_of_another_wheel_are_never_unpacked(tmp_path, monkeypatch):
    """pip is pointed at a folder that serves a wheel of the right name with wrong bytes."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    name = "nvidia_pytriton-0.7.0-py3-none-any.whl"
    with zipfile.ZipFile(shelf / name, "w") as archive:
        archive.writestr(
            "nvidia_pytriton-0.7.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: nvidia-pytriton\nVersion: 0.7.0\n"
        )
        archive.writestr(
            "nvidia_pytriton-0.7.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("nvidia_pytriton-0.7.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    with pytest.raises(ServingError, match="SHA-256"):
        wheel.ensure_unpacked(tmp_path / "cache", report=lambda _: None)
    assert not wheel.unpacked(tmp_path / "cache").exists()


def test_no_registry_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ServingError, match=r"could not fetch nvidia-pytriton==0\.7\.0.*LIVETRANSLATE_TRITON"):
        wheel.ensure_unpacked(tmp_path / "cache", report=lambda _: None)


def test_triton_listens_on_loopback_only_and_loads_nothing_by_itself(nvidia, tmp_path):
    plan = ServePlan(tmp_path / "state", tmp_path / "cache", (), {})
    found = triton.ensure_triton(tmp_path / "cache", report=pytest.fail)
    arguments = command_line(found, plan, backends=tmp_path)
    addresses = [argument for argument in arguments if "-address=" in argument]
    assert len(addresses) == 3
    assert all(argument.endswith("=127.0.0.1") for argument in addresses)
    assert "--model-control-mode=explicit" in arguments
    assert not [argument for argument in arguments if argument.startswith("--load-model")]
    assert plan.timing.drain_s < plan.timing.kill_after_s < 40


def test_stubs_find_this_environment_first_and_carry_the_mark(nvidia, tmp_path):
    plan = ServePlan(tmp_path / "state", tmp_path / "cache", (), {})
    found = triton.ensure_triton(tmp_path / "cache", report=pytest.fail)
    variables = environment(found, plan)
    assert variables["PATH"].split(os.pathsep)[0].endswith("/bin")
    assert variables["LIVETRANSLATE_INSTANCE"] == str(plan.state)
    assert str(nvidia / "lib") in variables["LD_LIBRARY_PATH"]


def test_the_tail_of_a_log(tmp_path):
    log = tmp_path / "triton.log"
    assert tail(log) == ""
    log.write_text("\n".join(str(n) for n in range(100)))
    assert tail(log, lines=2) == "98\n99"
