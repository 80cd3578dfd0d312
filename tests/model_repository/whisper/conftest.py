"""One loaded recogniser of each kind for all tests of this folder."""

from __future__ import annotations

import openvino as ov
import pytest
from engine_settings import EngineSettings
from live_decoder import LiveDecoder
from tests.whisper_weights import whisper_weights
from transcriber import Transcriber
from vocabulary import Vocabulary


@pytest.fixture(scope="session")
def transcriber() -> Transcriber:
    return Transcriber.load(whisper_weights(), EngineSettings(device="CPU"), log=lambda _: None)


@pytest.fixture(scope="session")
def live_decoder() -> LiveDecoder:
    return LiveDecoder(ov.Core(), whisper_weights(), "CPU", EngineSettings(device="CPU"))


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(whisper_weights())
