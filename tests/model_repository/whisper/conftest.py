"""One loaded recogniser for all tests of this folder."""

from __future__ import annotations

import pytest
from engine_settings import EngineSettings
from tests.whisper_weights import whisper_weights
from transcriber import Transcriber


@pytest.fixture(scope="session")
def transcriber() -> Transcriber:
    return Transcriber.load(whisper_weights(), EngineSettings(device="CPU"), log=lambda _: None)
