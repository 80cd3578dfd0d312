"""Reads CTranslate2's ``model.bin``, binary format 6 (CTranslate2: ``model_spec.py``, ``Model._serialize``)."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livetranslate_tools.models.convert.errors import ConvertError

FORMAT = 6
_DTYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


class Ct2File:
    """The variables of a CTranslate2 model, by name.

    Raises:
        ConvertError: another format version or model kind, quantized weights, or a truncated file.
    """

    def __init__(self, path: Path, spec: str) -> None:
        self._path = path
        self._data = path.read_bytes()
        self._offset = 0
        try:
            self.variables = self._read(spec)
        except struct.error as error:
            raise ConvertError(f"{path} ends in the middle of a variable.") from error

    def _read(self, spec: str) -> dict[str, npt.NDArray[np.generic]]:
        version = self._number("I")
        if version != FORMAT:
            raise ConvertError(f"{self._path} has CTranslate2 format {version}; this reads {FORMAT}.")
        found = self._text()
        if found != spec:
            raise ConvertError(f"{self._path} holds a {found}; {spec} was expected.")
        self._number("I")  # revision of the spec
        variables = dict(self._variable() for _ in range(self._number("I")))
        for _ in range(self._number("I")):  # aliases; the tied output matrix is all they say
            self._text(), self._text()
        if self._offset != len(self._data):
            raise ConvertError(f"{self._path} has {len(self._data) - self._offset} bytes too many.")
        if any(name.endswith("weight_scale") for name in variables):
            raise ConvertError(f"{self._path} is quantized; take a float16 or float32 conversion.")
        return variables

    def _variable(self) -> tuple[str, npt.NDArray[np.generic]]:
        name = self._text()
        shape = [self._number("I") for _ in range(self._number("B"))]
        code, size_bytes = self._number("B"), self._number("I")
        if code not in _DTYPES:
            raise ConvertError(f"{name} in {self._path} has the unknown type code {code}.")
        dtype = np.dtype(_DTYPES[code])
        if self._offset + size_bytes > len(self._data):
            raise ConvertError(f"{self._path} ends in the middle of {name}.")
        values = np.frombuffer(self._data, dtype, size_bytes // dtype.itemsize, self._offset).reshape(shape)
        self._offset += size_bytes
        return name, values

    def _number(self, kind: str) -> int:
        (value,) = struct.unpack_from("<" + kind, self._data, self._offset)
        self._offset += struct.calcsize("<" + kind)
        return int(value)

    def _text(self) -> str:
        length = self._number("H")  # counts a closing NUL
        text = self._data[self._offset : self._offset + length - 1].decode()
        self._offset += length
        return text
