"""The walk over devices: the best one that is right serves, and the others' reasons are told."""

from dataclasses import replace

import pytest
from devices import candidates, first_working
from engine_probe import ProbeClip, load_clips, probe
from engine_settings import EngineSettings
from tests.whisper_weights import whisper_weights
from transcriber import Transcriber
from whisper_engine import WhisperEngine

from livetranslate.protocol import ErrorCode, LiveTranslateError

CPU = EngineSettings(device="CPU")


@pytest.fixture(scope="module")
def engine() -> WhisperEngine:
    return WhisperEngine(whisper_weights(), "CPU", CPU)


class RepeatsItsPreviousClip:
    """The open fault of NPU drivers: every call answers for the audio of the call before."""

    def __init__(self, engine: WhisperEngine) -> None:
        self._engine = engine
        self._samples = None

    def decode(self, samples, options, *, max_new_tokens):
        heard = samples if self._samples is None else self._samples
        self._samples = samples
        return self._engine.decode(heard, options, max_new_tokens=max_new_tokens)


def test_the_order_is_npu_gpu_cpu_among_what_is_there():
    assert candidates(["CPU", "GPU.0", "GPU.1", "NPU"], "AUTO") == ["NPU", "GPU.0", "GPU.1", "CPU"]
    assert candidates(["CPU"], "AUTO") == ["CPU"]
    assert candidates(["CPU", "GPU"], "CPU") == ["CPU"]


def test_a_right_engine_passes_the_probe(engine):
    assert probe(engine, load_clips()) is None


def test_an_engine_that_repeats_its_previous_clip_is_refused(engine):
    assert "decoding 2 of 3" in (probe(RepeatsItsPreviousClip(engine), load_clips()) or "")


def test_an_engine_that_mishears_is_refused(engine):
    first, second = load_clips()
    swapped = (ProbeClip(first.samples, second.text), replace(second, text=first.text))
    assert "Americans" in (probe(engine, swapped) or "")


def test_the_walk_goes_on_to_the_first_device_that_is_right():
    told: list[str] = []
    engine = first_working(
        ["NPU", "GPU", "CPU"],
        lambda device: WhisperEngine(whisper_weights(), device, CPU),
        lambda engine: probe(engine, load_clips()),
        log=told.append,
    )
    assert engine.device == "CPU"
    assert [sentence.split(":")[0] for sentence in told] == [
        "whisper does not run on NPU",
        "whisper does not run on GPU",
        "whisper runs on CPU",
    ]


def test_a_forced_device_that_is_missing_fails_with_its_reason():
    with pytest.raises(LiveTranslateError, match="GPU") as caught:
        Transcriber.load(whisper_weights(), EngineSettings(device="GPU"), log=lambda _: None)
    assert caught.value.code is ErrorCode.DEVICE_UNAVAILABLE


def test_settings_come_from_the_models_parameters(tmp_path):
    parameters = {
        "device": {"string_value": "cpu"},
        "inference_threads": {"string_value": "2"},
        "cache_dir": {"string_value": str(tmp_path)},
        "EXECUTION_ENV_PATH": {"string_value": "elsewhere"},
    }
    settings = EngineSettings.from_parameters(parameters)
    assert settings == EngineSettings(device="CPU", inference_threads=2, cache_dir=str(tmp_path))
    assert settings.properties("CPU")["INFERENCE_NUM_THREADS"] == 2
    with pytest.raises(LiveTranslateError, match="'two'"):
        EngineSettings.from_parameters({"inference_threads": {"string_value": "two"}})
