"""Settings of the speech engine, read from the ``parameters`` of config.pbtxt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livetranslate.protocol import ErrorCode, LiveTranslateError

AUTO_DEVICE = "AUTO"

KERNELS_KEPT = 200
"""Kernels that OpenVINO's CPU plugin keeps for reuse. Measured over 900 windows of random lengths: with its default the
process grew from 978 to 1,648 MiB and went on growing, with 200 it stayed between 900 and 910, equally fast."""


@dataclass(frozen=True)
class EngineSettings:
    """How the engine runs.

    Attributes:
        device: ``AUTO`` (the walk NPU, GPU, CPU) or one OpenVINO device name, which is then the only one tried.
        inference_threads: CPU threads of one decoding; 0 leaves it to OpenVINO (all physical cores).
        cache_dir: folder of OpenVINO's compiled-model cache; empty for none.
    """

    device: str = AUTO_DEVICE
    inference_threads: int = 0
    cache_dir: str = ""

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Mapping[str, str]]) -> EngineSettings:
        """Reads Triton's form, ``{"device": {"string_value": "CPU"}, …}``; other parameters are not ours.

        Raises:
            LiveTranslateError: ``OPTION_INVALID``, naming the parameter and its value.
        """
        values = {key: parameters[key]["string_value"] for key in cls.__dataclass_fields__ if key in parameters}
        threads = values.get("inference_threads", "0")
        if not threads.isdecimal():
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID,
                f"Parameter inference_threads is {threads!r}; it must be a whole number, 0 for OpenVINO's choice.",
            )
        return cls(
            device=values.get("device", AUTO_DEVICE).upper() or AUTO_DEVICE,
            inference_threads=int(threads),
            cache_dir=values.get("cache_dir", ""),
        )

    def properties(self, device: str) -> dict[str, Any]:
        """The OpenVINO properties for a device."""
        properties: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if self.cache_dir:
            properties["CACHE_DIR"] = self.cache_dir
        if device == "CPU":
            # A kernel is kept for each shape; live windows have thousands, and the default of 5,000 grows for hours.
            properties["CPU_RUNTIME_CACHE_CAPACITY"] = KERNELS_KEPT
        if device == "CPU" and self.inference_threads:
            properties["INFERENCE_NUM_THREADS"] = self.inference_threads
        return properties
