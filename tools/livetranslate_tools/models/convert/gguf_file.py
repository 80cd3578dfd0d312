"""Reads a GGUF file: its metadata and its tensors, whatever their quantization."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGUFReader, dequantize

from livetranslate_tools.models.convert.errors import ConvertError


class GgufFile:
    """One GGUF file, memory-mapped.

    Attributes:
        architecture: e.g. ``qwen2``.
        tensors: names of its tensors.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._reader = GGUFReader(str(path))
        except (ValueError, IndexError) as error:
            raise ConvertError(f"{path} is not a GGUF file: {error}") from error
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        self.tensors = frozenset(self._tensors)
        self.architecture = str(self.field("general.architecture"))

    def field(self, key: str) -> Any:
        """A metadata value.

        Raises:
            ConvertError: the file has no such field.
        """
        field = self._reader.get_field(key)
        if field is None:
            raise ConvertError(f"{self._path} has no field {key}.")
        return field.contents()

    def setting(self, key: str) -> Any:
        """A metadata value of the architecture, e.g. ``block_count``."""
        return self.field(f"{self.architecture}.{key}")

    def tensor(self, name: str) -> torch.Tensor:
        """A tensor, dequantized to float32 and rounded to bfloat16."""
        tensor = self._tensors[name]
        values = np.array(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        return torch.from_numpy(values).to(torch.bfloat16)

    def bits_per_weight(self, name: str) -> float:
        """How finely a tensor is quantized."""
        tensor = self._tensors[name]
        return 8 * float(tensor.n_bytes) / float(tensor.n_elements)
