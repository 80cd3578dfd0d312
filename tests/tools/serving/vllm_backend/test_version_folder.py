"""What the back end reads from a version folder."""

import json

import pytest
from request_errors import RequestError
from vllm_settings import EngineSettings, SettingsError, prepare_environment


def write(folder, arguments, adapters=None):
    (folder / "model.json").write_text(json.dumps(arguments))
    if adapters is not None:
        (folder / "multi_lora.json").write_text(json.dumps(adapters))


def test_engine_arguments_are_taken_as_they_are(tmp_path):
    write(tmp_path, {"model": str(tmp_path), "max_model_len": 4096})
    settings = EngineSettings.load(tmp_path)
    assert settings.arguments == {"model": str(tmp_path), "max_model_len": 4096}
    assert settings.log_stats
    assert not settings.adapters.enabled


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"model\.json is missing"):
        EngineSettings.load(tmp_path)


@pytest.mark.parametrize("text", ["{oops", "[1]"])
def test_a_file_that_is_no_json_object_is_refused(tmp_path, text):
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(SettingsError, match="cannot be used"):
        EngineSettings.load(tmp_path)


def test_weights_that_are_not_there_are_named(tmp_path):
    write(tmp_path, {"model": "/nowhere/weights"})
    with pytest.raises(SettingsError, match="'/nowhere/weights', which is not a folder"):
        EngineSettings.load(tmp_path)


@pytest.mark.parametrize("enabled", [True, "true"])
def test_lora_adapters_are_read_when_enabled(tmp_path, enabled):
    write(tmp_path, {"enable_lora": enabled}, {"doll": "/loras/doll", "sheep": "/loras/sheep"})
    settings = EngineSettings.load(tmp_path)
    assert settings.arguments["enable_lora"] is True
    settings.adapters.check("sheep")
    settings.adapters.check(None)
    with pytest.raises(RequestError, match=r"LoRA cow is not supported, we currently support \['doll', 'sheep'\]"):
        settings.adapters.check("cow")


def test_lora_without_its_file_is_refused(tmp_path):
    write(tmp_path, {"enable_lora": True})
    with pytest.raises(SettingsError, match=r"multi_lora\.json is missing"):
        EngineSettings.load(tmp_path)


def test_an_adapter_without_lora_is_refused(tmp_path):
    write(tmp_path, {})
    with pytest.raises(RequestError, match="LoRA feature is not enabled"):
        EngineSettings.load(tmp_path).adapters.check("doll")


def test_several_gpus_need_kind_model(tmp_path):
    write(tmp_path, {"tensor_parallel_size": 2})
    settings = EngineSettings.load(tmp_path)
    settings.check_devices(instance_kind="MODEL")
    with pytest.raises(SettingsError, match="KIND_MODEL"):
        settings.check_devices(instance_kind="GPU")


def test_what_the_operator_set_stays(tmp_path, monkeypatch):
    for name in ("VLLM_WORKER_MULTIPROC_METHOD", "VLLM_NO_USAGE_STATS", "DO_NOT_TRACK", "TOKENIZERS_PARALLELISM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VLLM_LOGGING_LEVEL", "DEBUG")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    write(tmp_path, {"model": str(tmp_path)})
    prepare_environment(EngineSettings.load(tmp_path), instance_kind="GPU", device_id=1)
    import os

    assert os.environ["VLLM_LOGGING_LEVEL"] == "DEBUG"
    assert os.environ["HF_HUB_OFFLINE"] == "0"
    assert os.environ["VLLM_WORKER_MULTIPROC_METHOD"] == "spawn"
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "1"
