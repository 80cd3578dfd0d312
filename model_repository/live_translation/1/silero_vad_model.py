"""Silero's voice activity network, run by OpenVINO. Its weights come in the package ``silero-vad``, made for OpenVINO.

The package is never imported (it would want torch): only its file is read. The network takes 32 ms at a time, with 4 ms
of what came before and its own state.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import openvino as ov

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.limits import SAMPLE_RATE_HZ
from livetranslate.protocol.pcm import Samples

PACKAGE = "silero_vad"
FILE = "silero_vad_openvino_16k.onnx"

_STEP = 512
_CONTEXT = SAMPLE_RATE_HZ // 250
_STATE_SHAPE = (2, 1, 128)


class SileroStream:
    """One stream's network: its state, and the samples that make no whole step yet.

    Raises:
        LiveTranslateError: ``MODEL_UNAVAILABLE``: the weights are not installed.
    """

    def __init__(self) -> None:
        self._request = _compiled().create_infer_request()
        self._state = np.zeros(_STATE_SHAPE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)
        self._probability = 0.0

    def probability(self, samples: Samples) -> float:
        """Takes the next samples (FP32 [n], 16 kHz); the probability of speech at the end of the last whole step."""
        samples = np.concatenate((self._rest, samples))
        whole = len(samples) - len(samples) % _STEP
        self._rest = samples[whole:]
        for start in range(0, whole, _STEP):
            window = np.concatenate((self._context, samples[start : start + _STEP]))
            outputs = self._request.infer({"input": window[np.newaxis], "state": self._state})
            self._probability = float(outputs["output"][0, 0])
            self._state = outputs["stateN"].copy()  # the request writes over its own tensors
            self._context = window[-_CONTEXT:]
        return self._probability


@cache
def _compiled() -> ov.CompiledModel:
    """The network, once a process. One thread: a step takes a tenth of a millisecond, and sessions have their own."""
    path = _weights()
    return ov.Core().compile_model(path, "CPU", {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY"})


def _weights() -> Path:
    spec = find_spec(PACKAGE)
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "data" / FILE
        if path.is_file():
            return path
    raise LiveTranslateError(
        ErrorCode.MODEL_UNAVAILABLE,
        "Option vad is 'silero', whose weights this server lacks (package silero-vad, without its dependencies). "
        "Use 'webrtc', or install it.",
    )
