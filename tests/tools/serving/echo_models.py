"""Tiny source repositories: models that answer what they are asked, wired into an ensemble."""

from __future__ import annotations

from pathlib import Path

CONFIG = """
name: "{name}"
backend: "python"
max_batch_size: 0
input [ {{ name: "X" data_type: TYPE_STRING dims: [ 1 ] }} ]
output [ {{ name: "Y" data_type: TYPE_STRING dims: [ 1 ] }} ]
instance_group [ {{ kind: KIND_CPU count: 1 }} ]
"""

# The child stands for vLLM's engine, which outlives a killed stub. A file named "broken" beside the repository
# makes the next load fail, as missing weights would.
MODEL = """
import subprocess
import pathlib
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        if pathlib.Path({broken!r}).exists():
            raise RuntimeError("told to fail")
        self.engine = subprocess.Popen(["sleep", "600"])

    def execute(self, requests):
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor("Y", pb_utils.get_input_tensor_by_name(r, "X").as_numpy())])
            for r in requests
        ]

    def finalize(self):
        self.engine.kill()
        self.engine.wait()
"""

ENSEMBLE = """
name: "{name}"
platform: "ensemble"
input [ {{ name: "X" data_type: TYPE_STRING dims: [ 1 ] }} ]
output [ {{ name: "Y" data_type: TYPE_STRING dims: [ 1 ] }} ]
ensemble_scheduling {{ step [ {steps} ] }}
"""


def write_model(repository: Path, name: str, *, manifest: str = "", config: str = "") -> Path:
    """One echoing model; returns its version folder."""
    version = repository / name / "1"
    version.mkdir(parents=True)
    (repository / name / "config.pbtxt").write_text(CONFIG.format(name=name) + config)
    (version / "model.py").write_text(MODEL.format(broken=str(repository.parent / "broken")))
    if manifest:
        (version / "version.toml").write_text(manifest)
    return version


def write_ensemble(repository: Path, name: str, parts: list[str]) -> None:
    """An ensemble that hands its input through all parts."""
    (repository / name / "1").mkdir(parents=True)
    tensors = ["X", *(f"T{n}" for n in range(1, len(parts))), "Y"]
    steps = ", ".join(
        f'{{ model_name: "{part}" model_version: 1 input_map {{ key: "X" value: "{tensors[n]}" }} '
        f'output_map {{ key: "Y" value: "{tensors[n + 1]}" }} }}'
        for n, part in enumerate(parts)
    )
    (repository / name / "config.pbtxt").write_text(ENSEMBLE.format(name=name, steps=steps))
