import json

import pytest
from google.protobuf import text_format
from tests.tools.serving.echo_models import write_ensemble, write_model
from tritonclient.grpc import model_config_pb2

from livetranslate_tools.serving.assembly import Assembler
from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import Profile
from livetranslate_tools.serving.sources import read_sources, select

WEIGHTS = """
environment = "vllm"
[[weights.cpu]]
name = "small"
version = "1.0.0"
[[weights.cpu]]
name = "tiny"
[[weights.gpu]]
name = "large"
"""


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path):
    """A store that has only the artifact ``tiny``."""
    folder = tmp_path / "store" / "tiny" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"w")
    return folder.parents[1]


def assembler(source, store, tmp_path, *, wanted=(), **changes):
    models = read_sources([source])
    settings = {
        "models": select(models, wanted),
        "sources": models,
        "profile": Profile.CPU,
        "overrides": {},
        "locate": lambda name, version: folder if (folder := store / name / (version or "1.0.0")).is_dir() else None,
        "environments": {"vllm": tmp_path / "envs" / "vllm"},
        "engine_cache": tmp_path / "engines",
    }
    return Assembler(**(settings | changes))


def config_of(folder):
    return text_format.Parse((folder / "config.pbtxt").read_text(), model_config_pb2.ModelConfig())


def test_the_first_weights_that_the_store_has_are_linked(source, store, tmp_path):
    write_model(source, "llm", manifest=WEIGHTS)
    write_model(source, "prompt", manifest='weights_of = "llm"')
    assembler(source, store, tmp_path).build(tmp_path / "served")
    for model in ("llm", "prompt"):
        assert (tmp_path / "served" / model / "1" / "weights" / "weights.bin").read_bytes() == b"w"


def test_this_machines_paths_are_added_to_the_config_and_nothing_else_changes(source, store, tmp_path):
    write_model(source, "llm", manifest=WEIGHTS, config='parameters { key: "own" value { string_value: "kept" } }\n')
    before = config_of(source / "llm")
    assembler(source, store, tmp_path).build(tmp_path / "served")
    after = config_of(tmp_path / "served" / "llm")
    assert after.parameters["EXECUTION_ENV_PATH"].string_value == str(tmp_path / "envs" / "vllm")
    assert after.parameters["cache_dir"].string_value == str(tmp_path / "engines" / "llm")
    assert after.parameters["own"].string_value == "kept"
    for added in ("EXECUTION_ENV_PATH", "cache_dir"):
        del after.parameters[added]
    assert after == before


def test_the_runtime_environment_needs_no_path(source, store, tmp_path):
    write_model(source, "ears")
    write_ensemble(source, "head", ["ears"])
    assembler(source, store, tmp_path).build(tmp_path / "served")
    assert "EXECUTION_ENV_PATH" not in config_of(tmp_path / "served" / "ears").parameters
    assert not config_of(tmp_path / "served" / "head").parameters
    assert (tmp_path / "served" / "head" / "1").is_dir()


def test_the_engine_arguments_of_the_profile_get_the_weights_path(source, store, tmp_path):
    version = write_model(source, "llm", manifest=WEIGHTS)
    config = source / "llm" / "config.pbtxt"
    config.write_text(config.read_text().replace('backend: "python"', 'backend: "vllm"'))
    (version / "model.cpu.json").write_text('{"max_model_len": 1024}')
    (version / "model.gpu.json").write_text('{"max_model_len": 4096}')
    assembler(source, store, tmp_path).build(tmp_path / "served")
    served = tmp_path / "served" / "llm" / "1"
    assert json.loads((served / "model.json").read_text()) == {
        "max_model_len": 1024,
        "model": str(store / "tiny" / "1.0.0"),
    }
    assert not list(served.glob("model.*.json"))


def test_missing_weights_are_refused_with_the_command_that_fetches_them(source, store, tmp_path):
    write_model(source, "llm", manifest=WEIGHTS)
    on_gpu = assembler(source, store, tmp_path, profile=Profile.GPU)
    assert list(on_gpu.missing()) == ["llm"]
    with pytest.raises(ServingError, match="livetranslate models fetch large"):
        on_gpu.build(tmp_path / "served")
    assert not (tmp_path / "served").exists()


def test_the_operator_can_choose_other_weights(source, store, tmp_path):
    write_model(source, "llm", manifest=WEIGHTS)
    with pytest.raises(ServingError, match="livetranslate models fetch small"):
        assembler(source, store, tmp_path, overrides={"llm": "small"}).build(tmp_path / "served")
    (store / "mine" / "1.0.0").mkdir(parents=True)
    assembler(source, store, tmp_path, overrides={"llm": "mine"}).build(tmp_path / "served")
    assert (tmp_path / "served" / "llm" / "1" / "weights").resolve() == store / "mine" / "1.0.0"


def test_a_failed_build_leaves_the_served_repository_as_it_was(source, store, tmp_path):
    write_model(source, "ears")
    assembler(source, store, tmp_path).build(tmp_path / "served")
    write_model(source, "llm", manifest=WEIGHTS)
    with pytest.raises(ServingError):
        assembler(source, store, tmp_path, profile=Profile.GPU).build(tmp_path / "served")
    assert sorted(path.name for path in (tmp_path / "served").iterdir()) == ["ears"]


def test_an_environment_that_was_not_prepared_is_refused(source, store, tmp_path):
    write_model(source, "ears", manifest='environment = "pyannote"')
    with pytest.raises(ServingError, match="pyannote"):
        assembler(source, store, tmp_path).build(tmp_path / "served")
