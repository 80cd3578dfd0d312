import pytest
from tests.tools.serving.echo_models import write_ensemble, write_model

from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.sources import read_sources, select


def test_an_ensemble_brings_its_parts_and_what_they_call(tmp_path):
    write_model(tmp_path, "ears", manifest='calls = ["mouth"]')
    write_model(tmp_path, "mouth")
    write_model(tmp_path, "unused")
    write_ensemble(tmp_path, "head", ["ears"])
    models = read_sources([tmp_path])
    assert list(select(models, ["head"])) == ["ears", "head", "mouth"]
    assert list(select(models, [])) == ["ears", "head", "mouth", "unused"]
    assert models["head"].needs == {"ears"}


def test_an_unknown_model_is_refused_by_name_and_with_its_user(tmp_path):
    write_ensemble(tmp_path, "head", ["ears"])
    with pytest.raises(ServingError, match=r"no model 'ears' \(needed by head\)"):
        select(read_sources([tmp_path]), [])


def test_a_config_that_triton_would_not_read_is_refused_with_its_line(tmp_path):
    write_model(tmp_path, "ears", config="max_batchsize: 3\n")
    with pytest.raises(ServingError, match="max_batchsize"):
        read_sources([tmp_path])


def test_a_misspelt_manifest_field_is_refused_by_name(tmp_path):
    write_model(tmp_path, "ears", manifest='enviroment = "vllm"')
    with pytest.raises(ServingError, match="enviroment"):
        read_sources([tmp_path])


def test_an_empty_repository_is_refused(tmp_path):
    with pytest.raises(ServingError, match="No model"):
        read_sources([tmp_path])
