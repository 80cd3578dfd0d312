"""Sources with other settings for one model: what changes, and that the rest stays."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from loadtests.perf_analyzer.changed_sources import changed, set_batching
from loadtests.perf_analyzer.own_server import EVERYBODY_IN
from tritonclient.grpc import model_config_pb2

from livetranslate_tools import paths

MODELS = paths.data_dir("model_repository")


def config(models: Path, model: str) -> Any:
    text = (models / model / "config.pbtxt").read_text()
    return text_format.Parse(text, model_config_pb2.ModelConfig())


def test_batching_is_changed_and_all_else_stays(tmp_path: Path) -> None:
    change = set_batching(queue_delay_us=5000, max_batch_size=4)
    copy = changed(MODELS, tmp_path / "models", model="whisper", change=change)
    ours, theirs = config(MODELS, "whisper"), config(copy, "whisper")
    assert theirs.max_batch_size == 4
    assert theirs.dynamic_batching.max_queue_delay_microseconds == 5000
    theirs.max_batch_size = ours.max_batch_size
    theirs.dynamic_batching.max_queue_delay_microseconds = ours.dynamic_batching.max_queue_delay_microseconds
    assert theirs == ours
    assert config(copy, "llm") == config(MODELS, "llm")
    assert (copy / "whisper" / "1" / "model.py").read_bytes() == (MODELS / "whisper" / "1" / "model.py").read_bytes()


def test_everybody_is_let_in_by_the_parameter_that_the_server_reads(tmp_path: Path) -> None:
    model, change = EVERYBODY_IN
    copy = changed(MODELS, tmp_path / "models", model=model, change=change)
    assert float(config(MODELS, model).parameters["target_recognition_s"].string_value) > 0
    assert config(copy, model).parameters["target_recognition_s"].string_value == "0"
    assert config(copy, model).parameters["max_sessions"] == config(MODELS, model).parameters["max_sessions"]


def test_a_parameter_that_the_model_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="whisper has no parameter target_recognition_s; it has device"):
        changed(MODELS, tmp_path / "models", model="whisper", change=EVERYBODY_IN[1])


@pytest.mark.parametrize(("delay_us", "batch"), [(-1, 4), (0, 0)])
def test_impossible_settings_are_refused(delay_us: int, batch: int) -> None:
    with pytest.raises(ValueError, match="at least 0 and a batch at least 1"):
        set_batching(queue_delay_us=delay_us, max_batch_size=batch)
