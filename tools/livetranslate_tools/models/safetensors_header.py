"""Reads the headers of a safetensors model, one file or many (format: 8 bytes length, JSON, data)."""

from __future__ import annotations

import struct
from math import prod
from pathlib import Path

import msgspec

from livetranslate_tools.models.errors import ConversionError

_WIDTH_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "BF16": 2, "F16": 2, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_LIMIT_BYTES = 100_000_000


class Tensor(msgspec.Struct, frozen=True):
    """One tensor, as the header describes it."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def read_headers(folder: Path) -> dict[str, Tensor]:
    """All tensors of a folder's ``*.safetensors``, checked to fill their files exactly.

    Raises:
        ConversionError: no such file, a header that does not parse, or data that do not match it.
    """
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ConversionError(f"{folder} holds no safetensors file.")
    tensors: dict[str, Tensor] = {}
    for path in files:
        tensors.update(_read(path))
    return tensors


def _read(path: Path) -> dict[str, Tensor]:
    size_bytes = path.stat().st_size
    try:
        with path.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > min(_LIMIT_BYTES, size_bytes):
                raise ConversionError(f"{path.name} says its header has {length} bytes; the file has {size_bytes}.")
            fields: dict[str, msgspec.Raw] = msgspec.json.decode(stream.read(length), type=dict[str, msgspec.Raw])
        fields.pop("__metadata__", None)
        tensors = {name: msgspec.json.decode(raw, type=Tensor) for name, raw in fields.items()}
    except (struct.error, msgspec.DecodeError) as error:
        raise ConversionError(f"{path.name} is not a safetensors file: {error}") from error
    end = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: item[1].data_offsets):
        start, stop = tensor.data_offsets
        width = _WIDTH_BYTES.get(tensor.dtype)
        if start != end or (width is not None and stop - start != prod(tensor.shape) * width):
            raise ConversionError(f"{name} in {path.name} does not fill its place: {tensor}.")
        end = stop
    if 8 + length + end != size_bytes:
        raise ConversionError(f"{path.name} has {size_bytes} bytes, its header describes {8 + length + end}.")
    return tensors
