"""Audio to encoder states, in a window as long as the audio needs."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov
from encoder_graph import MEL_FRAMES_PER_POSITION, open_encoder
from engine_settings import EngineSettings
from mel_features import FRAMES_PER_S, WINDOW_S, MelFeatures, Samples

from livetranslate.protocol.limits import SAMPLE_RATE_HZ

States = npt.NDArray[np.float32]

POSITIONS_PER_S = FRAMES_PER_S // MEL_FRAMES_PER_POSITION

PADDING_S = 4.0
"""Silence after the audio within the window. Whisper knows where speech ends by the silence behind it; where the window
ends with the audio, it goes on talking. Measured on read speech with forced prefixes: with 1 s of padding texts loop,
with 3 s they differ from those of the whole 30 s window, with 4 s as many words are right as with 30 s."""

STEP_S = 0.5
"""Windows are rounded up to this: kernels are made once for each length."""

FIXED_WINDOWS_S = (5.0, 10.0, 30.0)
"""Windows of devices that want fixed shapes (NPU, GPU): the shortest that holds the audio is used."""


class WindowEncoder:
    """The encoder on one device. Not thread-safe: each window's length has one request."""

    def __init__(self, core: ov.Core, weights: Path, device: str, settings: EngineSettings) -> None:
        bands = json.loads((weights / "preprocessor_config.json").read_text(encoding="utf-8"))["feature_size"]
        path = weights / "openvino_encoder_model.xml"
        properties = settings.properties(device)
        self._features = MelFeatures(bands)
        self._fixed: dict[float, ov.CompiledModel] = {}
        self._open: ov.CompiledModel | None = None
        if device == "CPU":
            self._open = core.compile_model(open_encoder(core, path, bands=bands, frames=None), device, properties)
            return
        for window_s in FIXED_WINDOWS_S:
            model = open_encoder(core, path, bands=bands, frames=round(window_s * FRAMES_PER_S))
            self._fixed[window_s] = core.compile_model(model, device, properties)

    def encode(self, samples: Samples) -> States:
        """Encodes one window: 16 kHz mono float32 [n], at most 30 s -> float32 [1, positions of 20 ms, width]."""
        needed_s = min(samples.size / SAMPLE_RATE_HZ + PADDING_S, WINDOW_S)
        if self._open is not None:
            window_s = min(math.ceil(needed_s / STEP_S) * STEP_S, WINDOW_S)
            model = self._open
        else:
            window_s = next(window_s for window_s in FIXED_WINDOWS_S if window_s >= needed_s)
            model = self._fixed[window_s]
        states: States = model(self._features(samples, round(window_s * FRAMES_PER_S)))[0]
        return states
