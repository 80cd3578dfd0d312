"""Where the tests find the recogniser's weights."""

import os
from pathlib import Path

from livetranslate_tools.models import ModelStore
from livetranslate_tools.paths import cache_dir


def whisper_weights() -> Path:
    """``$LIVETRANSLATE_TEST_WHISPER``, or whisper-base-int8 of the models' store."""
    chosen = os.environ.get("LIVETRANSLATE_TEST_WHISPER")
    return Path(chosen) if chosen else ModelStore(cache_dir()).path("whisper-base-int8")
