"""perf_analyzer's input files: JSON, one object a request, tensors as base64 with their shapes."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Tensor = Mapping[str, Any]
Item = Mapping[str, Tensor]
"""One request: tensor name -> tensor."""


def bytes_item(value: bytes, shape: Sequence[int]) -> Tensor:
    """A BYTES tensor of one element, serialised as Triton wants it: its length (4 bytes) and itself."""
    return _tensor(struct.pack("<I", len(value)) + value, shape)


def float_item(values: npt.NDArray[np.float32]) -> Tensor:
    """An FP32 tensor [values]."""
    return _tensor(np.ascontiguousarray(values, "<f4").tobytes(), [len(values)])


def bool_item(*, value: bool) -> Tensor:
    """A BOOL tensor [1]."""
    return _tensor(bytes([value]), [1])


def write(items: Sequence[Item], path: Path) -> Path:
    """Writes the file; returns it.

    Raises:
        ValueError: there are no requests.
    """
    if not items:
        raise ValueError(f"{path.name} would have no requests; give a clip with speech.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"data": list(items)}), encoding="utf-8")
    return path


def _tensor(raw: bytes, shape: Sequence[int]) -> Tensor:
    return {"content": {"b64": base64.b64encode(raw).decode("ascii")}, "shape": list(shape)}
