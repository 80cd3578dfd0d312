"""The parameters of config.pbtxt."""

import re
from pathlib import Path

import pytest
from translator_settings import ModelPair, TranslatorSettings

CONFIG = Path(__file__).resolve().parents[3] / "model_repository" / "translator" / "config.pbtxt"


def written() -> dict[str, str]:
    return dict(re.findall(r'key: "(\w+)" value \{ string_value: "([^"]*)"', CONFIG.read_text(encoding="utf-8")))


def config(**changes: str) -> dict:
    return {"parameters": {name: {"string_value": value} for name, value in {**written(), **changes}.items()}}


def test_the_configuration_that_ships_is_read():
    settings = TranslatorSettings.from_config(config())
    assert settings.routes == (
        ModelPair("llm", "llm", "translation_prompt"),
        ModelPair("llm_fallback", "llm_fallback", "translation_prompt_fallback"),
    )
    assert (settings.breaker_failures, settings.breaker_recovery_s) == (3, 30.0)
    assert settings.silence_s < settings.timeout_s


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"routes": ""}, "name a route"),
        ({"routes": "llm"}, "NAME=MODEL/PROMPT_MODEL"),
        ({"timeout_s": "0"}, "positive"),
        ({"max_running": "-1"}, "positive"),
        ({"breaker_failures": "many"}, "many"),
    ],
)
def test_what_makes_no_sense_is_refused_when_the_model_loads(changes, names):
    with pytest.raises(ValueError, match=names):
        TranslatorSettings.from_config(config(**changes))


def test_a_missing_parameter_is_named():
    parameters = config()["parameters"]
    del parameters["silence_s"]
    with pytest.raises(ValueError, match="silence_s"):
        TranslatorSettings.from_config({"parameters": parameters})
